"""Writes torch.json (transforms and gradients by PyTorch, float64) and apr.json (cut from a larger file).

    python makeGolden.py [path of the fixtures made with Pillow and NumPy]

Inputs have two decimals, to keep the files short.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
SHAPES = [(1, 4, 6, 3), (2, 5, 3, 1)]
NORMS = ["backward", "ortho", "forward"]
SEED = 20212


def draw(rng, shape):
    return torch.tensor(rng.standard_normal(shape).round(2))


def listed(x):
    return [float(f"{value:.8g}") for value in x.detach().reshape(-1).tolist()]


def planar(z):
    return {"shape": list(z.shape), "re": listed(z.real), "im": listed(z.imag)}


def transforms(rng):
    cases = []
    for shape in SHAPES:
        x = draw(rng, shape)
        z = torch.complex(x, draw(rng, shape))
        for norm in NORMS if shape == SHAPES[0] else NORMS[:1]:
            for name, axes in [("2", (1, 2)), ("3", (1, 2, 3))]:
                half = torch.fft.rfftn(x, dim=axes, norm=norm)
                cases.append(
                    {
                        "dimensions": int(name),
                        "norm": norm,
                        "shape": list(shape),
                        "input": {"re": listed(z.real), "im": listed(z.imag)},
                        "fft": planar(torch.fft.fftn(z, dim=axes, norm=norm)),
                        "ifft": planar(torch.fft.ifftn(z, dim=axes, norm=norm)),
                        "rfft": planar(half),
                    }
                )
    return cases


def recombine_images(amplitude_from, phase_from, axes):
    own = torch.fft.fftn(phase_from, dim=axes)
    assert own.abs().min() > 1e-2, "the phase of rounding noise is no reference: take another seed"
    spectrum = torch.fft.fftn(amplitude_from, dim=axes).abs() * torch.exp(1j * own.angle())
    return torch.fft.ifftn(spectrum, dim=axes).real


def gradients(rng):
    """Of sum(weights * f(inputs)), for every differentiable function of the package."""
    cases = []

    def add(name, function, shapes, **options):
        inputs = [draw(rng, shape).requires_grad_() for shape in shapes]
        output = function(*inputs)
        outputs = [output.real, output.imag] if torch.is_complex(output) else [output]
        weights = [draw(rng, tuple(part.shape)) for part in outputs]
        loss = sum((weight * part).sum() for weight, part in zip(weights, outputs))
        loss.backward()
        cases.append(
            {
                "name": name,
                **options,
                "shapes": [list(shape) for shape in shapes],
                "inputs": [listed(x) for x in inputs],
                "weights": [listed(w) for w in weights],
                "outputs": [listed(part) for part in outputs],
                "gradients": [listed(x.grad) for x in inputs],
            }
        )

    shape = (1, 3, 4, 3)
    half2, half3 = (1, 3, 3, 3), (1, 3, 4, 2)
    for dimensions, axes, half, sizes in [
        (2, (1, 2), half2, (3, 4)),
        (3, (1, 2, 3), half3, (3, 4, 3)),
    ]:
        add(
            f"fft{dimensions}",
            lambda re, im: torch.fft.fftn(torch.complex(re, im), dim=axes, norm="ortho"),
            [shape, shape],
        )
        add(
            f"ifft{dimensions}",
            lambda re, im: torch.fft.ifftn(torch.complex(re, im), dim=axes),
            [shape, shape],
        )
        add(f"rfft{dimensions}", lambda x: torch.fft.rfftn(x, dim=axes), [shape])
        add(
            f"irfft{dimensions}",
            lambda re, im: torch.fft.irfftn(torch.complex(re, im), s=sizes, dim=axes),
            [half, half],
        )
    add("amplitude", lambda re, im: torch.complex(re, im).abs(), [shape, shape])
    add("phase", lambda re, im: torch.complex(re, im).angle(), [shape, shape])
    add(
        "recombine",
        lambda a, b, c, d: torch.complex(a, b).abs()
        * torch.exp(1j * torch.complex(c, d).angle()),
        [shape] * 4,
    )
    for axes, dims in [("spatial", (1, 2)), ("spatialAndChannel", (1, 2, 3))]:
        add(
            "recombineImages",
            lambda a, p: recombine_images(a, p, dims),
            [shape, shape],
            axes=axes,
        )
    return cases


def write(name, content):
    (HERE / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def main():
    rng = np.random.default_rng(SEED)
    header = {
        "generator": "makeGolden.py",
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
        "command": "python makeGolden.py",
        "seed": SEED,
    }
    write("torch.json", {**header, "transforms": transforms(rng), "gradients": gradients(rng)})
    if len(sys.argv) > 1:
        source = json.loads(Path(sys.argv[1]).read_text())
        write(
            "apr.json",
            {
                "generator": "Pillow (the rotation) and NumPy (the recombination)",
                "versions": {"pillow": source["pillow"]},
                "command": "python makeGolden.py fixtures.json",
                "shape": [8, 8, 3],
                "phaseFrom": source["input8"],
                "amplitudeFrom": source["ops"]["rotate deg=5"],
                "expected": source["recombine_float"]["out_HWC"],
            },
        )


main()
