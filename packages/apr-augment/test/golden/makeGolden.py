"""Writes ops.json and recombination.json, the reference outputs that this package's tests compare with.

Needs Pillow 12.3.0 and NumPy 2.4.6:    python makeGolden.py
"""

import base64
import hashlib
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageEnhance, ImageOps

HERE = pathlib.Path(__file__).parent
SEED = 20211

SIZES = [[32, 32], [64, 64], [224, 224], [24, 40], [41, 17], [17, 19], [1, 5], [5, 1], [1, 1]]  # height, width
FAMILIES = ["noise", "narrow", "gradient", "flat"]
FAMILIES_OF_LARGE = ["narrow"]

DRAWS = [
    [{"op": "autocontrast"}],
    [{"op": "equalize"}],
    [{"op": "posterize", "bits": bits} for bits in (0, 1, 2, 3, 4, 8)],
    [{"op": "rotate", "degrees": d} for d in (*range(-9, 10), 30, -30, 45, 90, 180, 270)],
    [{"op": "solarize", "threshold": t} for t in (0, 128, 180, 205, 230, 254, 256)],
    [{"op": "shearX", "factor": f} for f in (0.003, -0.003, 0.0317, -0.05, 0.0875, -0.0899, 0.3, -0.3)],
    [{"op": "shearY", "factor": f} for f in (0.003, -0.003, 0.0317, -0.05, 0.0875, -0.0899, 0.3, -0.3)],
    [{"op": "translateX", "pixels": p} for p in (0, 1, -1, 2, -2, 3, -3, 22, -22, 300)],
    [{"op": "translateY", "pixels": p} for p in (0, 1, -1, 2, -2, 3, -3, 22, -22, 300)],
    [{"op": "color", "factor": f} for f in (0.118, 0.5, 0.64, 1.0, 1.9)],
    [{"op": "contrast", "factor": f} for f in (0.118, 0.5, 0.64, 1.0, 1.9)],
    [{"op": "brightness", "factor": f} for f in (0.118, 0.5, 0.64, 1.0, 1.9)],
    [{"op": "sharpness", "factor": f} for f in (0.118, 0.5, 0.64, 1.0, 1.9)],
]


def noise(count, state):
    """Upper bytes of the linear congruential generator x -> 1664525 x + 1013904223 mod 2^32."""
    out = np.empty(count, np.uint8)
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out[i] = state >> 24
    return out


def picture(family, height, width):
    random = noise(height * width * 3, SEED).reshape(height, width, 3)
    if family == "noise":
        return random
    if family == "narrow":
        return random // 3 + 40
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    if family == "gradient":
        return ((3 * y + 5 * x + 40 * c) % 256).astype(np.uint8)
    return np.broadcast_to(np.array([7, 128, 255], np.uint8), random.shape).copy()


def apply(pixels, draw):
    image = Image.fromarray(pixels)
    size, bilinear, affine = image.size, Image.Resampling.BILINEAR, Image.Transform.AFFINE
    warp = lambda matrix: image.transform(size, affine, matrix, resample=bilinear)
    op = draw["op"]
    if op == "autocontrast":
        return ImageOps.autocontrast(image)
    if op == "equalize":
        return ImageOps.equalize(image)
    if op == "posterize":
        return ImageOps.posterize(image, draw["bits"])
    if op == "solarize":
        return ImageOps.solarize(image, draw["threshold"])
    if op == "rotate":
        return image.rotate(draw["degrees"], resample=bilinear)
    if op == "shearX":
        return warp((1, draw["factor"], 0, 0, 1, 0))
    if op == "shearY":
        return warp((1, 0, 0, draw["factor"], 1, 0))
    if op == "translateX":
        return warp((1, 0, draw["pixels"], 0, 1, 0))
    if op == "translateY":
        return warp((1, 0, 0, 0, 1, draw["pixels"]))
    return getattr(ImageEnhance, op.capitalize())(image).enhance(draw["factor"])


def encode(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def ops():
    small = picture("noise", 7, 9)
    cases = [{"draw": d, "expected": encode(apply(small, d))} for group in DRAWS for d in group]
    checksums = []
    for height, width in SIZES:
        for family in FAMILIES_OF_LARGE if height > 64 else FAMILIES:
            pixels = picture(family, height, width)
            for group in DRAWS:
                digest = hashlib.sha256()
                for draw in group:
                    digest.update(np.asarray(apply(pixels, draw)).tobytes())
                checksums.append([family, height, width, group[0]["op"], digest.hexdigest()[:16]])
    return {
        "input": {"shape": [1, 7, 9, 3], "data": encode(small)},
        "expected": cases,
        "groups": DRAWS,
        "checksums": checksums,
    }


def recombined(amplitude_from, phase_from, axes):
    donor, own = np.fft.fftn(amplitude_from, axes=axes), np.fft.fftn(phase_from, axes=axes)
    return np.real(np.fft.ifftn(np.abs(donor) * np.exp(1j * np.angle(own)), axes=axes))


def single_case(height, width, draw, nested):
    source = picture("gradient", height, width) // 2 + picture("noise", height, width) // 2
    first = np.asarray(apply(source, draw["first"]))
    second = np.asarray(apply(first if nested else source, draw["second"]))
    case = {"shape": [1, height, width, 3], "input": encode(source), "draw": draw}
    case["views"] = "nested" if nested else "independent"
    case["expected"] = {}
    for name, axes in (("spatialAndChannel", (0, 1, 2)), ("spatial", (0, 1))):
        views = (first, second) if draw["amplitudeFrom"] == "first" else (second, first)
        values = recombined(*map(np.float64, views), axes)
        case["expected"][name] = {
            "float": encode(values.astype("<f4")),
            "clipRound": encode(np.rint(np.clip(values, 0, 255)).astype(np.uint8)),
            # Truncation toward zero modulo 256, spelled out: a C cast of an out-of-range double is undefined.
            "wrap": encode((np.trunc(values).astype(np.int64) % 256).astype(np.uint8)),
        }
    return case


def recombination():
    rotate, shear = {"op": "rotate", "degrees": 5}, {"op": "shearY", "factor": -0.0517}
    solarize, equalize = {"op": "solarize", "threshold": 180}, {"op": "equalize"}
    single = [
        single_case(8, 8, {"first": rotate, "second": solarize, "recombine": True, "amplitudeFrom": "first"}, True),
        single_case(12, 9, {"first": shear, "second": equalize, "recombine": True, "amplitudeFrom": "second"}, True),
        single_case(9, 14, {"first": equalize, "second": rotate, "recombine": True, "amplitudeFrom": "first"}, False),
    ]
    images = noise(3 * 6 * 5 * 3, SEED + 1).reshape(3, 6, 5, 3) / 255.0
    partners = [2, 0, 1]
    pair = {"shape": [3, 6, 5, 3], "input": encode(images.astype("<f4")), "partners": partners, "expected": {}}
    for name, axes in (("spatialAndChannel", (0, 1, 2)), ("spatial", (0, 1))):
        mixed = [recombined(images[p], images[i], axes) for i, p in enumerate(partners)]
        pair["expected"][name] = encode(np.stack(mixed).astype("<f4"))
    return {"single": single, "pair": pair}


if __name__ == "__main__":
    for name, content in (("ops", ops()), ("recombination", recombination())):
        head = {
            "generator": "makeGolden.py",
            "versions": {"pillow": PIL.__version__, "numpy": np.__version__},
            "command": "python makeGolden.py",
            "seed": SEED,
        }
        (HERE / f"{name}.json").write_text(json.dumps({**head, **content}, separators=(",", ":")) + "\n")
