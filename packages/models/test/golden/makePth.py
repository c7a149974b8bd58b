"""Writes the checkpoints in pth/ as training scripts do, with torch.save.

    python makePth.py               (torch 2.13.0, numpy; CPU)
"""

import os
import pathlib
import sys

import numpy as np
import torch

sys.dont_write_bytecode = True
import makeGolden  # noqa: E402
from architectures import build  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "pth"


class Attack:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


def trained():
    """The net of wrn-28-10.safetensors as AugMix would store it: DataParallel, optimiser, NumPy accuracy."""
    net = build("wrn-28-10", makeGolden.WIDTHS["wrn-28-10"], makeGolden.CLASSES)
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                makeGolden.fill(name, tensor)
    net = net.float()
    weights = net.state_dict()
    for name in list(weights):
        weights["module." + name.replace("conv_shortcut", "convShortcut")] = weights.pop(name)
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    return {
        "epoch": 200,
        "model": "wrn",
        "state_dict": weights,
        "best_acc": np.float64(0.9375),
        "seed": 2**80,
        "sizes": torch.Size([3, 32]),
        "device": torch.device("cpu"),
        "optimizer": optimizer.state_dict(),
    }


def kinds():
    """Every element type and way to lie in a storage."""
    grid = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    return {
        "float16": torch.tensor([1.5, -0.25], dtype=torch.float16),
        "bfloat16": torch.tensor([1.5, -0.25], dtype=torch.bfloat16),
        "float64": torch.tensor([0.1], dtype=torch.float64),
        "int64": torch.tensor([-(2**40)]),
        "int32": torch.tensor([-7], dtype=torch.int32),
        "int16": torch.tensor([-300], dtype=torch.int16),
        "int8": torch.tensor([-3], dtype=torch.int8),
        "uint8": torch.tensor([200], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "transposed": grid.t(),
        "window": grid[1:3, 2:6:2],
        "tied": grid,
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    torch.save(trained(), FOLDER / "trained.pth")
    torch.save(kinds(), FOLDER / "kinds.pth")
    torch.save(kinds(), FOLDER / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"state_dict": {"w": torch.ones(1)}, "extra": Attack()}, FOLDER / "attack.pth")
    torch.save(torch.nn.Linear(2, 1), FOLDER / "module.pth")
    torch.save({"epoch": 1, "history": [1.5]}, FOLDER / "no-weights.pth")
    for path in sorted(FOLDER.iterdir()):
        print(path.name, path.stat().st_size)
