"""Writes augMix.json: AugMix as its authors' code states it, with recorded draws, and the consistency loss.

Needs Pillow 12.3.0, NumPy 2.4.6 and PyTorch 2:    python makeAugMixGolden.py
"""

import json
import pathlib

import numpy as np
import PIL
import torch
import torch.nn.functional as F

import makeGolden as base

HERE = pathlib.Path(__file__).parent
GENERATOR = np.random.default_rng(20191)

DRAWN = {
    "posterize": lambda: {"bits": int(GENERATOR.integers(3, 5))},
    "rotate": lambda: {"degrees": int(GENERATOR.integers(-8, 9))},
    "solarize": lambda: {"threshold": int(GENERATOR.integers(180, 255))},
    "shearX": lambda: {"factor": float(GENERATOR.uniform(-0.09, 0.09))},
    "shearY": lambda: {"factor": float(GENERATOR.uniform(-0.09, 0.09))},
    "translateX": lambda: {"pixels": int(GENERATOR.integers(-3, 4))},
    "translateY": lambda: {"pixels": int(GENERATOR.integers(-3, 4))},
    "autocontrast": dict,
    "equalize": dict,
}


def normalised(pixels):
    """ToTensor and Normalize(0.5, 0.5)."""
    return (pixels / 255.0 - 0.5) / 0.5


def mixed(image, chains, weights, mixture):
    total = np.zeros(image.shape)
    for weight, chain in zip(weights, chains):
        view = image
        for draw in chain:
            view = np.asarray(base.apply(view, draw))
        total += weight * normalised(view)
    return (1 - mixture) * normalised(image) + mixture * total


def mixtures():
    cases = []
    for height, width in [(12, 10), (8, 8), (9, 14)]:
        image = base.picture("gradient", height, width) // 2 + base.picture("noise", height, width) // 2
        chains = []
        for _ in range(3):
            ops = GENERATOR.choice(list(DRAWN), GENERATOR.integers(1, 4))
            chains.append([{"op": str(op), **DRAWN[op]()} for op in ops])
        weights = GENERATOR.dirichlet([1] * 3).tolist()
        mixture = float(GENERATOR.beta(1, 1))
        values = mixed(image, chains, weights, mixture)
        draw = {"chains": chains, "weights": weights, "mixture": mixture}
        shape = [1, height, width, 3]
        cases.append({"shape": shape, "input": base.encode(image), "draw": draw, "normalised": base.encode(values.astype("<f4"))})
    return cases


def consistency(clean, first, second):
    """The official loss, by softmax, clamp, log and kl_div; a sum over the batch in place of the mean."""
    parts = [F.softmax(logits, dim=1) for logits in (clean, first, second)]
    mixture = torch.clamp(sum(parts) / 3.0, 1e-7, 1).log()
    return sum(F.kl_div(mixture, part, reduction="none").sum(1) for part in parts) / 3.0


def losses():
    logits = [torch.tensor(GENERATOR.normal(0, scale, (6, 5)), requires_grad=True) for scale in (1, 2, 4)]
    with torch.no_grad():
        logits[0][4] = torch.tensor([40.0, 0, 0, -30, 0])  # of the mixture, one class falls below the clamp
        logits[1][4] = torch.tensor([0.0, 45, 0, -30, 0])
        logits[2][4] = torch.tensor([0.0, 45, 20, -30, 0])
        for view in logits:
            view[5] = torch.tensor([1.0, 2, 3, 4, 5])  # agreement
    values = consistency(*logits)
    weights = torch.arange(1.0, 7.0, dtype=torch.float64)
    gradients = torch.autograd.grad((values * weights).sum(), logits)
    return {
        "logits": [view.tolist() for view in logits],
        "weights": weights.tolist(),
        "losses": values.tolist(),
        "gradients": [gradient.tolist() for gradient in gradients],
    }


if __name__ == "__main__":
    head = {
        "generator": "makeAugMixGolden.py",
        "versions": {"pillow": PIL.__version__, "numpy": np.__version__, "torch": torch.__version__},
    }
    content = {"mixtures": mixtures(), "consistency": losses()}
    (HERE / "augMix.json").write_text(json.dumps({**head, **content}, separators=(",", ":")) + "\n")
