"""PyTorch's side of "training-step" and "training-memory": steps on request, so that both sides run in turn.

    python trainingStep.py THREADS

Candidates are named "resnet18 train bfloat16" or "wrn-40-2 infer float32"; protocol in serve.py.
"""

import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

sys.dont_write_bytecode = True
from serve import serve  # noqa: E402

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
                return {"result": model(x).float().sum().item()}

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
        return {"loss": loss.item(), "peakBytes": peak_bytes()}

    return train


def peak_bytes():
    """The most memory that this process has held, where the system tells (Linux)."""
    status = pathlib.Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM")), None)


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    serve(f"PyTorch {torch.__version__}", lambda name: candidate(*name.split()))
