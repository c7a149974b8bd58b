"""Writes losses-*.safetensors: what PyTorch's losses are over 20 SGD steps of narrow networks.

    python makeLosses.py            (torch, numpy; CPU; the versions used are stored in the files)

Each file holds the weights to start from under PyTorch's names, and "losses.float64", "losses.float32" and
"losses.bfloat16" (autocast) of the same 20 batches. Batches are not stored: images come from the generator of
../../../../packages/models/test/golden/makeGolden.py, which the test repeats, and labels count up.

Rounding may put one input of a ReLU on the other side of 0, and that bend grows tenfold every few steps: for three quarters
of the images tried, three ways of PyTorch to compute the same float32 (channels last, channels first, without oneDNN)
end up to 40 % apart. IMAGES names ones for which all three stay within 1e-5 of its float64, so that a difference
means a mistake.
"""

import pathlib
import sys

import numpy as np
import torch

sys.dont_write_bytecode = True
MODELS = pathlib.Path(__file__).parents[4] / "packages/models"
sys.path += [str(MODELS / "python"), str(MODELS / "test/golden")]
from architectures import build  # noqa: E402
from makeGolden import fill, uniforms, write  # noqa: E402
from sgdLosses import PRECISIONS, sgd_losses  # noqa: E402

STEPS, BATCH, CLASSES, IMAGES = 20, 8, 10, "g"
CASES = {"resnet18": (1 / 32, 16), "wrn-40-2": (1 / 16, 8)}  # width, side of the images
OPTIONS = {"learning_rate": 0.01, "momentum": 0.9, "weight_decay": 5e-4}


def batches(side):
    size = BATCH * 3 * side**2
    images = [4 * uniforms(f"{IMAGES}.{step}", size).astype(np.float32) - 2 for step in range(STEPS)]
    labels = torch.arange(STEPS * BATCH).reshape(STEPS, BATCH) % CLASSES
    return torch.from_numpy(np.stack(images)).reshape(STEPS, BATCH, 3, side, side), labels


def started(name, width):
    net = build(name, width, CLASSES)
    with torch.no_grad():
        for key, tensor in net.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                fill(key, tensor)
    return net


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, (width, side) in CASES.items():
        state = started(name, width).state_dict()
        tensors = {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
        for precision in PRECISIONS:
            losses = sgd_losses(started(name, width), *batches(side), **OPTIONS, precision=precision)
            tensors[f"losses.{precision}"] = torch.tensor(losses)
            away = (tensors[f"losses.{precision}"] / tensors["losses.float64"] - 1).abs().max()
            print(name, precision, f"{away:.1e} from float64;", [round(loss, 4) for loss in losses])
        metadata = {
            "generator": "apps/trainer/test/golden/makeLosses.py",
            "versions": f"torch {torch.__version__}, numpy {np.__version__}",
            "width": repr(width),
            "side": str(side),
        }
        path = pathlib.Path(__file__).parent / f"losses-{name}.safetensors"
        write(path, tensors, metadata)
        print(path.name, path.stat().st_size)
