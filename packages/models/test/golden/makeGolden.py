"""Writes the goldens beside this file: what PyTorch computes for narrow versions of every architecture.

    python makeGolden.py            (torch 2.13.0, numpy; CPU)

The networks are those of ../../python/architectures.py, in float64. Weights, images and labels come
from small formulas that the tests repeat, so a golden holds results only: logits in inference; logits
and gradients of a first training step; and running statistics after three steps of plain SGD. Each
golden is a safetensors file, written here without that library.

If sizes change, see that no input of a ReLU in the first step lies within 1e-6 of 0: float32 may put
it on the other side, which changes every gradient below it (ResNeXt at 32×32 has such a one).
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).parents[2] / "python"))
from architectures import build, fnv1a  # noqa: E402

BATCH, CLASSES, LEARNING_RATE, STEPS = 4, 3, 0.01, 3
SIDES = {"allconv": 32, "resnet18-imagenet": 64, "resnet50": 64}  # the others pool whole maps: 16 keeps the tests quick


WIDTHS = {
    "fastnet": 1 / 8,
    "resnet18": 1 / 32,
    "preact-resnet18": 1 / 32,
    "preact-resnet18-v2": 1 / 32,
    "wrn-40-2": 1 / 12,
    "wrn-28-10": 1 / 64,
    "allconv": 1 / 24,
    "densenet-40-12": 1 / 12,
    "resnext-29-4x32d": 1 / 32,
    "resnet18-imagenet": 1 / 32,
    "resnet50": 1 / 64,
}


def uniforms(name, size):
    """Numbers on [0, 1): a linear congruential generator started by the FNV-1a hash of the name."""
    state = fnv1a(name)
    values = np.empty(size)
    for i in range(size):
        state = (1664525 * state + 1013904223) & 0xFFFFFFFF
        values[i] = state / 2**32
    return values


def fill(name, tensor):
    """Values that leave no batch norm trivial: scales and variances 0.5 to 1.5, the rest centred."""
    values = uniforms(name, tensor.numel())
    if tensor.dim() > 1:
        fan_in = tensor[0].numel()
        values = (2 * values - 1) * np.sqrt(6 / fan_in)
    elif name.endswith("running_var") or (name.endswith("weight")):
        values = 0.5 + values
    else:
        values = values - 0.5
    single = torch.from_numpy(values.astype(np.float32)).double()  # as the tests hold them
    tensor.copy_(single.reshape(tensor.shape))


def images(name, side):
    values = 4 * uniforms(name, BATCH * 3 * side * side).astype(np.float32) - 2
    return torch.from_numpy(values).double().reshape(BATCH, 3, side, side)


def results(name, width, side):
    net = build(name, width, CLASSES)
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                fill(name, tensor)
    labels = torch.arange(BATCH) % CLASSES
    out = {"logits": net.eval()(images("images.0", side))}
    net.train()
    for step in range(STEPS):
        net.zero_grad()
        logits = net(images(f"images.{step}", side))
        F.cross_entropy(logits, labels).backward()
        if step == 0:
            out["training.logits"] = logits
            for name, parameter in net.named_parameters():
                out[f"gradient.{name}"] = parameter.grad.clone()
        with torch.no_grad():
            for parameter in net.parameters():
                parameter -= LEARNING_RATE * parameter.grad
    for name, tensor in net.state_dict().items():
        if "running_" in name:
            out[f"after.{name}"] = tensor
    return out


def write(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().numpy().astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    for case, width in WIDTHS.items():
        metadata = {
            "generator": "packages/models/test/golden/makeGolden.py",
            "versions": f"torch {torch.__version__}, numpy {np.__version__}",
            "width": repr(width),
        }
        path = pathlib.Path(__file__).parent / f"{case}.safetensors"
        write(path, results(case, width, SIDES.get(case, 16)), metadata)
        print(case, path.stat().st_size)
