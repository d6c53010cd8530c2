"""PyTorch as a contestant: answers the questions of src/contest/protocol.ts, a line of JSON each."""

import json
import os
import resource
import sys
from time import perf_counter

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

KEPT_LOSSES = 5


class Unsupported(Exception):
    pass


class SequenceModel(nn.Module):
    """Embedding (where there is a vocabulary) → recurrent layers → linear."""

    def __init__(self, model):
        super().__init__()
        vocabulary = model.get("vocabulary")
        recurrent = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[model["cell"]]
        self.embedding = nn.Embedding(vocabulary, model["features"]) if vocabulary else nn.Identity()
        self.rnn = recurrent(model["features"], model["hidden"], model["layers"], batch_first=True)
        self.output = nn.Linear(model["hidden"], vocabulary or 1)

    def forward(self, x):
        hidden, _ = self.rnn(self.embedding(x))
        return self.output(hidden)


def train(workload, data):
    model = make_model(workload["model"], data)
    optimizer = torch.optim.Adam(model.parameters())
    x, y = data["x"], data["y"]
    symbols = "vocabulary" in workload["model"]

    def step():
        output = model(x)
        loss = F.cross_entropy(output.flatten(0, 1), y.flatten()) if symbols else F.mse_loss(output, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        return loss.item()

    return step, lambda loss: loss


def forward(workload, data):
    model = make_model(workload["model"], data).eval()
    x, y = data["x"], data["y"]

    @torch.inference_mode()
    def step():
        return model(x)

    return step, lambda logits: F.cross_entropy(logits.flatten(0, 1), y.flatten()).item()


def generate(workload, data):
    """By the cell's own function, without the modules around it: the quickest way that PyTorch has."""
    if workload["model"]["cell"] != "lstm" or workload["model"]["layers"] != 1:
        raise Unsupported("generates with one LSTM layer only")
    model = make_model(workload["model"], data).eval()
    embedding = model.embedding.weight
    weights = [getattr(model.rnn, name) for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")]
    output = model.output
    numbers = data["u"].split(1)
    hidden = workload["model"]["hidden"]

    @torch.inference_mode()
    def step():
        h = c = torch.zeros(1, hidden)
        symbol, symbols = 0, []
        for u in numbers:
            h, c = torch.lstm_cell(embedding[symbol : symbol + 1], (h, c), *weights)
            p = F.linear(h, output.weight, output.bias).softmax(1)
            symbol = min(int(torch.searchsorted(p.cumsum(1)[0], u, right=True)), p.shape[1] - 1)
            symbols.append(symbol)
        return symbols

    def mean_symbol(symbols):
        return sum(s * (1 + i / len(symbols)) for i, s in enumerate(symbols)) / len(symbols)

    return step, mean_symbol


def matmul(workload, data):
    a, b = data["a"], data["b"]

    def step():
        for _ in range(workload["repeats"]):
            c = a @ b
        return c

    return step, lambda c: c.square().mean().item()


KINDS = {"train": train, "forward": forward, "generate": generate, "matmul": matmul}


def make_model(model, data):
    made = SequenceModel(model)
    made.load_state_dict({name: value for name, value in data.items() if "." in name})
    return made


def read_data(folder):
    with open(os.path.join(folder, "index.json")) as file:
        index = json.load(file)
    return {name: read_tensor(os.path.join(folder, name + ".bin"), **entry) for name, entry in index.items()}


def read_tensor(path, dtype, shape):
    values = torch.from_numpy(np.fromfile(path, dtype).reshape(shape))
    return values.long() if dtype == "int32" else values  # indices are 64 bits wide in PyTorch


def run_steps(step, loss, steps, seconds):
    times, losses = [], []
    end = perf_counter() + seconds
    while len(times) < steps or perf_counter() < end:
        start = perf_counter()
        result = step()
        times.append(perf_counter() - start)
        if len(losses) < KEPT_LOSSES:
            losses.append(loss(result))
    return {"answer": "ran", "times": times, "losses": losses, "peak": peak_memory()}


def peak_memory():
    try:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return 1024 * int(line.split()[1])
    except OSError:
        pass  # not Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main():
    ready = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if question["ask"] == "prepare":
                torch.set_num_threads(question["threads"])
                workload = question["workload"]
                ready = KINDS[workload["kind"]](workload, read_data(question["folder"]))
                answer = {"answer": "prepared", "about": torch.__version__}
            else:
                answer = run_steps(*ready, question["steps"], question["seconds"])
        except Unsupported as error:
            answer = {"answer": "unsupported", "reason": str(error)}
        except Exception as error:
            answer = {"answer": "failed", "problem": repr(error)}
        print(json.dumps(answer), flush=True)


main()
