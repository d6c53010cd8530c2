"""Writes optim.jsonl: what PyTorch's optimisers, schedules and clipping do, for the tests to compare with.

    python3 optim.py > optim.jsonl
"""

import json
import math
import warnings

import torch
from torch.optim import lr_scheduler as s

warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
STEPS = 30
BASES = [0.1, 0.02]


def sgd(momentum=0.0):
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in BASES]
    return torch.optim.SGD(groups, lr=1, momentum=momentum)


def adam():
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in BASES]
    return torch.optim.Adam(groups)


def follow(optimizer, scheduler, steps=STEPS, metrics=None, momentum=None):
    rates, momenta = [], []
    for t in range(steps):
        rates.append([group["lr"] for group in optimizer.param_groups])
        if momentum:
            momenta.append(momentum(optimizer.param_groups[0]))
        optimizer.step()
        if t < steps - 1:
            scheduler.step(*([metrics[t]] if metrics else []))
    return {"lr": rates, **({"momentum": momenta} if momentum else {})}


def formula(name, make, options):
    optimizer = sgd()
    return {"name": name, "options": options, **follow(optimizer, make(optimizer))}


def formulas():
    for step_size, gamma in [(10, 0.1), (4, 0.5), (1, 0.9)]:
        yield formula("stepLR", lambda o: s.StepLR(o, step_size, gamma), {"stepSize": step_size, "gamma": gamma})
    for milestones, gamma in [([5, 20], 0.1), ([1, 2, 29], 0.5), ([40], 0.1)]:
        yield formula("multiStepLR", lambda o: s.MultiStepLR(o, milestones, gamma), {"milestones": milestones, "gamma": gamma})
    for gamma in [0.9, 0.5]:
        yield formula("exponentialLR", lambda o: s.ExponentialLR(o, gamma), {"gamma": gamma})
    for steps, power in [(20, 1.0), (29, 2.0)]:
        yield formula("polynomialLR", lambda o: s.PolynomialLR(o, steps, power), {"steps": steps, "power": power})
    for a, b, steps in [(1 / 3, 1.0, 5), (0.1, 0.5, 12), (1.0, 0.0, 30)]:
        yield formula("linearLR", lambda o: s.LinearLR(o, a, b, steps), {"startFactor": a, "endFactor": b, "steps": steps})
    for steps, least in [(30, 0), (29, 0.001), (10, 0.01)]:
        yield formula("cosineAnnealingLR", lambda o: s.CosineAnnealingLR(o, steps, least), {"steps": steps, "minLr": least})
    for steps, factor, least in [(10, 1, 0), (4, 2, 0.001), (3, 3, 0)]:
        yield formula(
            "cosineAnnealingWarmRestarts",
            lambda o: s.CosineAnnealingWarmRestarts(o, steps, factor, least),
            {"steps": steps, "factor": factor, "minLr": least},
        )
    for steps, a in [(5, 0.1), (10, 0.25)]:
        yield formula(
            "warmup",
            lambda o: s.SequentialLR(o, [s.LinearLR(o, a, 1.0, steps), s.CosineAnnealingLR(o, 20)], [steps]),
            {"steps": steps, "startFactor": a},
        )


def one_cycles():
    for options in [
        {},
        {"anneal_strategy": "linear"},
        {"three_phase": True},
        {"three_phase": True, "anneal_strategy": "linear", "pct_start": 0.4},
        {"pct_start": 0.5, "div_factor": 10.0, "final_div_factor": 100.0, "base_momentum": 0.8, "max_momentum": 0.9},
    ]:
        for kind in ["SGD", "Adam"]:
            optimizer = sgd(0.9) if kind == "SGD" else adam()
            scheduler = s.OneCycleLR(optimizer, max_lr=[0.5, 0.05], total_steps=STEPS, **options)
            read = (lambda g: g["momentum"]) if kind == "SGD" else (lambda g: g["betas"][0])
            camel = {"".join(w.title() if i else w for i, w in enumerate(k.split("_"))): v for k, v in options.items()}
            yield {"optimizer": kind, "options": camel, **follow(optimizer, scheduler, momentum=read)}


def plateaus():
    falling = [math.exp(-t / 4) for t in range(STEPS)]
    wavy = [2 + math.sin(t) / (1 + t / 5) for t in range(STEPS)]
    slow = [1 - t * 2e-3 for t in range(STEPS)]
    for metrics in [falling, wavy, slow]:
        for options in [
            {"patience": 2},
            {"patience": 0, "factor": 0.5, "cooldown": 3},
            {"mode": "max", "patience": 3, "factor": 0.3, "threshold": 0.01},
            {"threshold_mode": "abs", "threshold": 0.01, "patience": 1, "min_lr": [0.01, 0.005]},
            {"mode": "max", "threshold_mode": "abs", "threshold": 0.1, "patience": 2, "min_lr": 0.001, "eps": 0.05},
        ]:
            optimizer = sgd()
            scheduler = s.ReduceLROnPlateau(optimizer, **options)
            names = {"threshold_mode": "thresholdMode", "min_lr": "minLr"}
            camel = {names.get(k, k): v for k, v in options.items()}
            yield {"options": camel, "metrics": metrics, **follow(optimizer, scheduler, metrics=metrics)}


def optimizers():
    start = [0.5, -1.0, 2.0]
    gradients = [[math.sin(t + i) * (1 + i) for i in range(3)] for t in range(10)]
    for kind, options in [
        ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weightDecay": 0.05}),
        ("RMSprop", {"lr": 0.05, "centered": True}),
        ("RMSprop", {"lr": 0.05, "alpha": 0.9, "momentum": 0.8, "weightDecay": 0.1, "eps": 1e-3}),
        ("RMSprop", {"centered": True, "momentum": 0.5, "alpha": 0.5}),
        ("Adagrad", {}),
        ("Adagrad", {"lr": 0.5, "lrDecay": 0.2, "eps": 1e-3, "weightDecay": 0.1, "initialAccumulatorValue": 0.5}),
        ("Adam", {"amsgrad": True, "betas": [0.5, 0.6], "lr": 0.1}),
    ]:
        p = torch.tensor(start, requires_grad=True)
        snake = {"".join("_" + c.lower() if c.isupper() else c for c in k): v for k, v in options.items()}
        optimizer = getattr(torch.optim, kind)([p], **snake)
        values = []
        for g in gradients:
            p.grad = torch.tensor(g)
            optimizer.step()
            values.append(p.tolist())
        yield {"optimizer": kind, "options": options, "start": start, "gradients": gradients, "values": values}


def clips():
    gradients = [[3.0, -4.0], [0.5], [-1.0, 2.0, 0.0]]
    for norm_type in [1.0, 1.5, 2.0, 3.0, math.inf]:
        for max_norm in [1.0, 100.0]:
            parameters = [torch.zeros(len(g), requires_grad=True) for g in gradients]
            for p, g in zip(parameters, gradients):
                p.grad = torch.tensor(g)
            norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm, norm_type)
            yield {
                "gradients": gradients,
                "normType": "Infinity" if norm_type == math.inf else norm_type,
                "maxNorm": max_norm,
                "norm": norm.item(),
                "clipped": [p.grad.tolist() for p in parameters],
            }


def rounded(x):
    if isinstance(x, float):
        return float(f"{x:.12g}")
    if isinstance(x, dict):
        return {k: rounded(v) for k, v in x.items()}
    return [rounded(v) for v in x] if isinstance(x, list) else x


print(json.dumps({"kind": "origin", "by": f"PyTorch {torch.__version__}, float64: optim.py", "bases": BASES}))
for cases in [formulas, one_cycles, plateaus, optimizers, clips]:
    for case in cases():
        print(json.dumps({"kind": cases.__name__, **rounded(case)}))
