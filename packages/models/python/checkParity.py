"""Computes with PyTorch what `apr model check` compares: logits and gradients of one full-size network.

    python checkParity.py REQUEST RESPONSE          (torch and numpy; CPU)

Both are safetensors files. The request holds the parameters by
their PyTorch names, "images" [batch, 3, height, width] and "labels" [batch]; its metadata name the
architecture and the number of classes. The response holds "logits" (inference), "training.logits" and
"gradient.<name>", computed in float64, and the same under "float32." in float32, as a measure of rounding.

A gradient jumps where an input of ReLU crosses 0, so two exact programs may differ where one lies within
rounding of it. So before anything is computed, offsets of batch norms are moved a little until no input of
ReLU is nearer to 0 than a margin. The response holds the moved ones under "moved.<name>".
"""

import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).parent))
from architectures import build  # noqa: E402
from tensorFiles import read, write  # noqa: E402


class ClearOfKinks:
    """While active, moves the offset of the last batch norm before each ReLU, channel by channel."""

    REACH = 0.1  # how far an offset may move, where inputs of ReLU are of size 1

    def __init__(self, net):
        self.norms = {m: f"{name}.bias" for name, m in net.named_modules() if isinstance(m, nn.BatchNorm2d)}
        self.moved = {}

    def __enter__(self):
        self.relu, F.relu = F.relu, self.move
        self.hooks = [norm.register_forward_hook(self.remember) for norm in self.norms]
        return self

    def __exit__(self, *_):
        F.relu = self.relu
        for hook in self.hooks:
            hook.remove()

    def remember(self, norm, *_):
        self.last = norm

    def move(self, x, inplace=False):
        offset = self.last.bias
        target = torch.stack([o - middle_of_gap(values, self.REACH) for o, values in zip(offset, by_channel(x))])
        target = target.float().double()  # what a float32 can hold
        shift = (target - offset).view(1, -1, 1, 1)
        offset.copy_(target)
        self.moved[self.norms[self.last]] = target
        return self.relu(x + shift)


def by_channel(x):
    return x.transpose(0, 1).flatten(1)


def middle_of_gap(values, reach):
    """The middle of the widest interval within `reach` of 0 that none of `values` lies in."""
    inside = values[values.abs() < reach]
    edges = torch.cat([values.new_tensor([-reach]), inside, values.new_tensor([reach])]).sort().values
    widest = edges.diff().argmax()
    return (edges[widest] + edges[widest + 1]) / 2


def clear_of_kinks(net, images):
    net.double().train()
    with torch.no_grad(), ClearOfKinks(net) as cleared:
        net(images.double())
    return cleared.moved


def compute(net, images, labels):
    with torch.no_grad():
        out = {"logits": net.eval()(images)}
    logits = net.train()(images)
    F.cross_entropy(logits, labels).backward()
    out["training.logits"] = logits
    for name, parameter in net.named_parameters():
        out[f"gradient.{name}"] = parameter.grad
    return out


def load(tensors, metadata):
    net = build(metadata["architecture"], 1, int(metadata["classes"]))
    missing, unexpected = net.load_state_dict(tensors, strict=False)
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise SystemExit(f"names differ: missing {missing}, unexpected {unexpected}")
    return net


def main(request, response):
    tensors, metadata = read(request)
    images, labels = tensors.pop("images"), tensors.pop("labels")
    moved = clear_of_kinks(load(tensors, metadata), images)
    tensors |= moved
    results = {f"moved.{name}": tensor for name, tensor in moved.items()}
    for prefix, dtype in (("", torch.float64), ("float32.", torch.float32)):
        net = load(tensors, metadata).to(dtype)
        for name, tensor in compute(net, images.to(dtype), labels).items():
            results[prefix + name] = tensor
    write(response, results)


if __name__ == "__main__":
    main(*sys.argv[1:])
