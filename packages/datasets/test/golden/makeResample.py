"""Writes resample.json: what Pillow and torchvision make of small images. Run with pillow, numpy, torch, torchvision."""

import base64
import json
import pathlib
import sys

import numpy as np
import PIL
import torch
from PIL import Image

library = torch.library.Library("torchvision", "DEF")  # lets a torchvision without its operators be imported
for name in ("nms", "qnms"):
    library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision  # noqa: E402
from torchvision.transforms import functional  # noqa: E402

SEED = 7
FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]


def encode(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def picture(rng, height, width, channel):
    if rng.random() < 0.3:  # hard edges: overshoot of bicubic and lanczos is clipped
        return (rng.integers(0, 2, (height, width, channel)) * 255).astype(np.uint8)
    return rng.integers(0, 256, (height, width, channel), dtype=np.uint8)


def as_image(array):
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)


def resize_cases(rng):
    sizes = [(1, 9), (9, 1), (1, 1), (17, 13), (8, 31), (31, 5), (12, 12), (2, 3)]
    outs = [(1, 1), (5, 7), (29, 3), (1, 23), (12, 12), (16, 17)]
    for index in range(54):
        height, width = sizes[index % 8]
        out_height, out_width = outs[(index // 6) % 6]
        channel = 3 if index % 5 else 1
        array = picture(rng, height, width, channel)
        box = None
        if index % 3 == 1:
            left, right = sorted(rng.uniform(0, width, 2))
            top, bottom = sorted(rng.uniform(0, height, 2))
            box = [float(np.float32(v)) for v in (left, top, right, bottom)]
        name = FILTERS[index % 6]
        resample = getattr(Image.Resampling, name.upper())
        out = as_image(array).resize((out_width, out_height), resample, box=box and tuple(box))
        yield {
            "shape": list(array.shape), "input": encode(array), "interpolation": name,
            "height": out_height, "width": out_width, "box": box, "expected": encode(np.asarray(out)),
        }
    tall = picture(rng, 305, 3, 1)  # over 100 times as high as wide
    out = as_image(tall).resize((5, 40), Image.Resampling.BICUBIC)
    yield {
        "shape": [305, 3, 1], "input": encode(tall), "interpolation": "bicubic",
        "height": 40, "width": 5, "box": None, "expected": encode(np.asarray(out)),
    }


def view_cases(rng):
    plans = [
        ((37, 53), 32, 28), ((53, 37), 32, 28), ((20, 20), 32, 31), ((33, 47), None, 30), ((33, 47), None, 31),
        ((9, 40), None, 20), ((10, 11), None, 24), ((40, 30), [21, 35], None), ((25, 24), 24, 24),
    ]
    for (height, width), resize, crop in plans:
        array = picture(rng, height, width, 3)
        out = as_image(array)
        if resize is not None:
            out = functional.resize(out, resize, functional.InterpolationMode.BILINEAR)
        if crop is not None:
            out = functional.center_crop(out, crop)
        yield {
            "shape": [height, width, 3], "input": encode(array), "resize": resize, "crop": crop,
            "outShape": [out.height, out.width, 3], "expected": encode(np.asarray(out)),
        }


def crop_rules():
    for size in range(1, 9):
        for crop in range(1, 9):
            ramp = np.arange(1, size + 1, dtype=np.uint8)
            image = Image.fromarray(np.tile(ramp[:, None], (1, size)))
            yield {"size": size, "crop": crop, "expected": np.asarray(functional.center_crop(image, crop))[:, crop // 2].tolist()}


def main():
    rng = np.random.default_rng(SEED)
    document = {
        "generator": "makeResample.py",
        "versions": {"pillow": PIL.__version__, "numpy": np.__version__, "torchvision": torchvision.__version__},
        "seed": SEED,
        "resize": list(resize_cases(rng)),
        "view": list(view_cases(rng)),
        "centerCrop": list(crop_rules()),
        "shortSide": [
            {"size": [h, w], "side": s, "expected": functional._compute_resized_output_size((h, w), [s])}
            for h, w in [(375, 500), (500, 375), (333, 500), (256, 256), (1, 9), (100, 101), (2, 3)]
            for s in [1, 32, 224, 256]
        ],
    }
    path = pathlib.Path(__file__).with_name("resample.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, file=sys.stderr)


main()
