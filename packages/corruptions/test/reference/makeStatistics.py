"""Mean and spread of the change that each cell makes, with NumPy's random numbers.

    python makeStatistics.py                                   writes ../golden/statistics.json, of formulas' pictures
    python makeStatistics.py images.u8 SIDE TABLE OUT [FROST]  of any RGB images, with the photographs in FROST

For every image: the mean of output - input over all its bytes, and the standard deviation of that
change. A cell is [name, severity, means of the images, spreads of the images].
"""

import json
import pathlib
import sys

import numpy as np
from PIL import Image

from corruptions import NAMES, NumpyDraws, corrupt
from makeGolden import picture

IMAGES = 40
SIDE = 32


def formula_photographs():
    return [picture(300 + 20 * k, 400 - 10 * k, 100 + k) for k in range(5)]


def read_photographs(folder):
    files = ["frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"]
    return [np.array(Image.open(pathlib.Path(folder) / file).convert("RGB")) for file in files]


def statistics(images, table, photographs):
    cells = []
    for number, name in enumerate(NAMES):
        for severity in range(1, 6):
            draws = NumpyDraws(10 * number + severity)
            change = np.empty((len(images), 2))
            for k, image in enumerate(images):
                out = corrupt(image, table, name, severity, draws, lambda i: photographs[i])
                difference = out.astype(float) - image
                change[k] = difference.mean(), difference.std()
            cells.append([name, severity, *np.round(change.T, 3).tolist()])
    return cells


def write(target, cells):
    lines = ",\n".join("    " + json.dumps(cell) for cell in cells)
    head = '{\n  "generator": "test/reference/makeStatistics.py",\n  "cells": [\n%s\n  ]\n}\n'
    pathlib.Path(target).write_text(head % lines)


def main():
    if len(sys.argv) == 1:
        images = [picture(SIDE, SIDE, 500 + k) for k in range(IMAGES)]
        cells = statistics(images, "cifar", formula_photographs())
        write(pathlib.Path(__file__).parent.parent / "golden" / "statistics.json", cells)
        return
    file, side, table, target, *frost = sys.argv[1:]
    images = np.fromfile(file, np.uint8).reshape(-1, int(side), int(side), 3)
    photographs = read_photographs(frost[0]) if frost else formula_photographs()
    write(target, statistics(images, table, photographs))


if __name__ == "__main__":
    main()
