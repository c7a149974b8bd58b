"""PyTorch's side of the bench "training-step": steps on request, so that both sides run in turn.

Start: trainingStep.py THREADS. Prints {"peer": ...}; then each line of standard input names a candidate,
"resnet18 train bfloat16" or "wrn-40-2 infer float32", and is answered by {"cpuMs": ..., "loss": ...} after one run
of it. Models are made on first use.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

TRAIN_BATCH, INFER_BATCH = 128, 500


class BasicBlock(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.project = None
        if stride != 1 or inside != out:
            self.project = nn.Sequential(nn.Conv2d(inside, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        return F.relu(y + (x if self.project is None else self.project(x)), inplace=True)


class ResNet18(nn.Module):
    """With the stem for 32x32 images."""

    def __init__(self):
        super().__init__()
        widths = [64, 64, 64, 128, 128, 256, 256, 512, 512]
        blocks = [
            BasicBlock(inside, out, 2 if out != inside else 1) for inside, out in zip(widths, widths[1:])
        ]
        self.stem = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(64)
        self.blocks = nn.Sequential(*blocks)
        self.linear = nn.Linear(512, 10)

    def forward(self, x):
        maps = self.blocks(F.relu(self.bn(self.stem(x)), inplace=True))
        return self.linear(maps.mean((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inside)
        self.conv1 = nn.Conv2d(inside, out, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.shortcut = None if inside == out else nn.Conv2d(inside, out, 1, stride, bias=False)

    def forward(self, x):
        active = F.relu(self.bn1(x), inplace=True)
        y = self.conv2(F.relu(self.bn2(self.conv1(active)), inplace=True))
        return y + (x if self.shortcut is None else self.shortcut(active))


class WideResNet40x2(nn.Module):
    def __init__(self):
        super().__init__()
        blocks, inside = [], 16
        for out, stride in ((32, 1), (64, 2), (128, 2)):
            for index in range(6):
                blocks.append(WideBlock(inside, out, stride if index == 0 else 1))
                inside = out
        self.stem = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.blocks = nn.Sequential(*blocks)
        self.bn = nn.BatchNorm2d(128)
        self.linear = nn.Linear(128, 10)

    def forward(self, x):
        maps = F.relu(self.bn(self.blocks(self.stem(x))), inplace=True)
        return self.linear(maps.mean((2, 3)))


MODELS = {"resnet18": ResNet18, "wrn-40-2": WideResNet40x2}


def images(batch):
    return torch.randn(batch, 3, 32, 32).to(memory_format=torch.channels_last)


def candidate(name, work, precision):
    """A function that does one step, or one batch of inference, and returns a number that depends on all of it."""
    model = MODELS[name]().to(memory_format=torch.channels_last)
    cast = torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16")
    if work == "infer":
        x = images(INFER_BATCH)
        model.eval()

        def infer():
            with torch.inference_mode(), cast:
                return model(x).float().sum().item()

        return infer

    x, labels = images(TRAIN_BATCH), torch.arange(TRAIN_BATCH) % 10
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)

    def train():
        optimizer.zero_grad(set_to_none=True)
        with cast:
            logits = model(x)
        loss = F.cross_entropy(logits.float(), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return train


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    candidates = {}
    print(json.dumps({"peer": f"PyTorch {torch.__version__}"}), flush=True)
    for line in sys.stdin:
        name = line.strip()
        if name not in candidates:
            candidates[name] = candidate(*name.split())
        started = time.process_time()
        result = candidates[name]()
        print(json.dumps({"cpuMs": 1000 * (time.process_time() - started), "result": result}), flush=True)


main()
