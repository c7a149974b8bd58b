"""Writes ../golden/formulas.json: hashes of corrupted pictures whose inputs are formulas.

    python makeGolden.py      needs the libraries named in corruptions.py

The picture, the five photographs and the random numbers are integer formulas that test/formulas.ts
repeats, so that nothing large is stored.
"""

import hashlib
import json
import pathlib

import cv2
import numpy as np
import PIL
import scipy
import skimage

from corruptions import NAMES, corrupt


class FormulaDraws:
    """Numbers of a counter that is hashed; every step is exact, so that any language gets the same."""

    def __init__(self, seed):
        self.seed, self.next = seed, 0

    def words(self, count):
        index = np.arange(self.next, self.next + count, dtype=np.uint64)
        self.next += count
        x = ((index + self.seed * 0x9E3779B9) & 0xFFFFFFFF).astype(np.uint32)
        x ^= x >> 16
        x *= np.uint32(0x21F0AAAD)
        x ^= x >> 15
        x *= np.uint32(0x735A2D97)
        return x ^ (x >> 15)

    def unit(self, count):
        return self.words(count) / 2.0**32

    def bell(self, count):
        a, b, c, d = self.unit(4 * count).reshape(count, 4).T
        return (a + b + c + d - 2) * 1.75  # deviation 1.01

    def normal(self, shape, mean, deviation):
        return (mean + deviation * self.bell(int(np.prod(shape)))).reshape(shape)

    def uniform(self, shape, low, high):
        return (low + (high - low) * self.unit(int(np.prod(shape)))).reshape(shape)

    def poisson(self, rates):
        flat = rates.ravel()
        noise = np.sqrt(flat) * self.bell(flat.size)
        return np.maximum(np.floor(flat + noise + 0.5), 0).reshape(rates.shape)

    def integers(self, count, low, high):
        return (low + (self.words(count) % (high - low)).astype(np.int64)).astype(np.int64)


def ramp(values):
    return np.abs(values % 64 - 32)


def picture(height, width, seed):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    grain = FormulaDraws(seed).words(height * width * 3).reshape(y.shape) & 31
    waves = 30 + 2 * ramp(x * (c + 1) + y) + 2 * ramp(x - y * (3 - c) + 64 * height)
    return (waves + grain + np.where((x // 32 + y // 32) % 3 == 0, 60, 0)).astype(np.uint8)


def main():
    photographs = [picture(300 + 20 * k, 400 - 10 * k, 100 + k) for k in range(5)]
    cells = []
    for table, side in (("cifar", 32), ("tinyImageNet", 64), ("imageNet", 224)):
        image = picture(side, side, side)
        for number, name in enumerate(NAMES):
            for severity in range(1, 6):
                draws = FormulaDraws(1000 * side + 10 * number + severity)
                out = corrupt(image, table, name, severity, draws, lambda k: photographs[k])
                hashed = hashlib.sha256(np.ascontiguousarray(out).tobytes()).hexdigest()
                cells.append([table, name, severity, draws.next, hashed])
    versions = {m.__name__: m.__version__ for m in (np, scipy, skimage, PIL, cv2)}
    lines = ",\n".join("    " + json.dumps(cell) for cell in cells)
    text = '{\n  "generator": "test/reference/makeGolden.py",\n  "versions": %s,\n  "cells": [\n%s\n  ]\n}\n'
    target = pathlib.Path(__file__).parent.parent / "golden" / "formulas.json"
    target.write_text(text % (json.dumps(versions), lines))


if __name__ == "__main__":
    main()
