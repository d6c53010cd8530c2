"""PyTorch's side of pytorch.test.ts: does the jobs in FOLDER/jobs.json, and leaves what came of them beside it.

    python3 pytorch.py FOLDER

Ends with status 3 where there is no PyTorch.
"""

import json
import struct
import sys
from pathlib import Path

try:
    import torch
except ModuleNotFoundError:
    sys.exit(3)
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

# safetensors: 8 bytes for the length of the header, the header in JSON, the elements; all little-endian.

FORMATS = {
    "F64": ("d", torch.float64),
    "F32": ("f", torch.float32),
    "I64": ("q", torch.int64),
    "I32": ("i", torch.int32),
    "BOOL": ("?", torch.bool),
}


def load(path):
    data = path.read_bytes()
    start = 8 + struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        code, dtype = FORMATS[entry["dtype"]]
        begin, end = entry["data_offsets"]
        count = (end - begin) // struct.calcsize("<" + code)
        values = struct.unpack_from(f"<{count}{code}", data, start + begin)
        tensors[name] = torch.tensor(values, dtype=dtype).reshape(entry["shape"])
    return tensors


def save(path, tensors):
    header, elements = {}, b""
    for name, tensor in tensors.items():
        kind, code = next((kind, code) for kind, (code, dtype) in FORMATS.items() if dtype == tensor.dtype)
        values = tensor.detach().flatten().tolist()
        begin = len(elements)
        elements += struct.pack(f"<{len(values)}{code}", *values)
        offsets = [begin, len(elements)]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
    head = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + elements)


class Tagger(nn.Module):
    """A whole model, with the names of its twin's fields."""

    def __init__(self, symbols, features, hidden):
        super().__init__()
        self.char_embedding = nn.Embedding(symbols, features, padding_idx=0)
        self.encoder = nn.LSTM(features, hidden, num_layers=2, bidirectional=True, batch_first=True)
        self.self_attention = nn.MultiheadAttention(2 * hidden, 2, batch_first=True)
        self.norm = nn.LayerNorm(2 * hidden)
        self.heads = nn.ModuleList([nn.Linear(2 * hidden, 3), nn.Linear(2 * hidden, 2, bias=False)])

    def forward(self, symbols):
        y, _ = self.encoder(self.char_embedding(symbols))
        y = self.norm(y + self.self_attention(y, y, y)[0])
        return [head(y) for head in self.heads]


class Forecaster(nn.Module):
    def __init__(self, features, hidden):
        super().__init__()
        self.rnn = nn.GRU(features, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


def run(module, inputs):
    """What a module gives, by the names that the test has for it."""
    if isinstance(module, nn.RNNBase):
        return run_layer(module, **inputs)
    if isinstance(module, nn.modules.rnn.RNNCellBase):
        return run_cell(module, **inputs)
    if isinstance(module, nn.MultiheadAttention):
        return run_attention(module, **inputs)
    if isinstance(module, Tagger):
        return dict(zip(["tags", "marks"], module(inputs["input"])))
    return {"output": module(inputs["input"])}


def run_layer(layer, input, h=None, c=None, lengths=None):
    start = h if c is None else (h, c)
    if lengths is None:
        output, end = layer(input, start)
    else:
        total = input.shape[1 if layer.batch_first else 0]
        packed = pack_padded_sequence(input, lengths, layer.batch_first, enforce_sorted=False)
        output, end = layer(packed, start)
        output, _ = pad_packed_sequence(output, layer.batch_first, total_length=total)
    return {"output": output, **named_state(end)}


def run_cell(cell, input, h=None, c=None):
    state = h if c is None else (h, c)
    for x in input.unbind(1):
        state = cell(x, state)
    return named_state(state)


def named_state(state):
    return dict(zip("hc", state)) if isinstance(state, tuple) else {"h": state}


def run_attention(attention, query, key, value, mask=None, lengths=None, average=True):
    # PyTorch's masks of bools say what is *not* attended to.
    if mask is not None and mask.dtype == torch.bool:
        mask = ~mask
    if mask is not None and mask.dim() == 3:
        mask = mask.repeat_interleave(attention.num_heads, 0)
    padding = None
    if lengths is not None:
        steps = key.shape[1 if attention.batch_first else 0]
        padding = torch.arange(steps) >= lengths[:, None]
    output, weights = attention(
        query, key, value, key_padding_mask=padding, attn_mask=mask, average_attn_weights=bool(average)
    )
    return {"output": output, "weights": weights}


def make(job):
    cls = {"Tagger": Tagger, "Forecaster": Forecaster}.get(job["module"]) or getattr(nn, job["module"])
    return cls(**job["args"]).to(getattr(torch, job["dtype"]))


def load_inputs(path):
    """Indices are int64 here; floats take gradients, but for masks."""
    inputs = {}
    for name, value in load(path).items():
        inputs[name] = value.long() if value.dtype == torch.int32 else value
        if value.is_floating_point() and name != "mask":
            inputs[name].requires_grad_()
    return inputs


def results(module, path):
    """Outputs, and the gradients of Σ cos(i) · element i."""
    inputs = load_inputs(path)
    outputs = run(module, inputs)
    loss = 0
    for y in outputs.values():
        loss = loss + (y.flatten() * torch.arange(y.numel(), dtype=y.dtype).cos()).sum()
    loss.backward()
    found = {f"out.{name}": y for name, y in outputs.items()}
    found.update({f"grad.param.{key}": p.grad for key, p in module.named_parameters()})
    found.update({f"grad.in.{name}": x.grad for name, x in inputs.items() if x.grad is not None})
    return found


def do_module(job, folder):
    """A module of its own, saved; and one with the weights that were saved on the other side."""
    theirs, ours = make(job), make(job)
    with torch.no_grad():
        for p in theirs.parameters():
            p.add_(0.1 * torch.randn_like(p))  # where it starts as zeros, the sum would not show it
    save(folder / "theirs.safetensors", theirs.state_dict())
    ours.load_state_dict(load(folder / "ours.safetensors"), strict=True)
    for name, module in [("theirs", theirs), ("ours", ours)]:
        save(folder / f"{name}.results.safetensors", results(module, folder / "inputs.safetensors"))


def make_optimizer(job, model):
    groups = [
        {"params": list(part.parameters()), **options}
        for part, options in zip([model.rnn, model.head], job["groups"])
    ]
    return getattr(torch.optim, job["optimizer"])(groups, lr=1)


def train(model, optimizer, inputs, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(inputs["x"]), inputs["y"]).backward()
        optimizer.step()


def load_optimizer(optimizer, tensors):
    """Sets an optimiser to a state that was saved by Unroll."""
    state = optimizer.state_dict()
    for key, value in tensors.items():
        first, *rest = key.split(".")
        if first == "groups":
            group, option = rest
            state["param_groups"][int(group)][option] = value.tolist()
        else:
            state["state"].setdefault(int(first), {})[rest[0]] = value.float() if rest[0] == "step" else value
    optimizer.load_state_dict(state)


def saved_optimizer(optimizer, options):
    """An optimiser's state in Unroll's form; of the options, those that it has as well."""
    state = optimizer.state_dict()
    tensors = {}
    for index, slots in state["state"].items():
        for name, value in slots.items():
            if value is not None:
                tensors[f"{index}.{name}"] = torch.as_tensor(value)
    for index, group in enumerate(state["param_groups"]):
        for name in options:
            dtype = torch.bool if isinstance(group[name], bool) else torch.float64
            tensors[f"groups.{index}.{name}"] = torch.tensor(group[name], dtype=dtype)
        tensors[f"groups.{index}.params"] = torch.tensor(group["params"], dtype=torch.int32)
    return tensors


def do_optimizer(job, folder):
    """Trains from the same start, and saves; and goes on from where training stopped on the other side."""
    inputs = load(folder / "inputs.safetensors")
    theirs, ours = make(job), make(job)
    optimizer = make_optimizer(job, theirs)
    theirs.load_state_dict(load(folder / "start.safetensors"))
    train(theirs, optimizer, inputs, job["before"])
    save(folder / "theirs.safetensors", theirs.state_dict())
    save(folder / "theirs.optimizer.safetensors", saved_optimizer(optimizer, job["groups"][0]))
    train(theirs, optimizer, inputs, job["after"])
    save(folder / "theirs.results.safetensors", theirs.state_dict())

    ours.load_state_dict(load(folder / "ours.safetensors"))
    optimizer = make_optimizer({**job, "groups": [{}, {}]}, ours)  # all options come with the state
    load_optimizer(optimizer, load(folder / "ours.optimizer.safetensors"))
    train(ours, optimizer, inputs, job["after"])
    save(folder / "ours.results.safetensors", ours.state_dict())


def main():
    root = Path(sys.argv[1])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    for i, job in enumerate(json.loads((root / "jobs.json").read_text())):
        (do_optimizer if "optimizer" in job else do_module)(job, root / str(i))
    (root / "version").write_text(torch.__version__)


main()
