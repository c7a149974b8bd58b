"""Remakes planeWaves.json: python makeGolden.py > planeWaves.json (numpy 1.26 or later).

Waves as the two reference tools make them, by inverse transforms of spectra with one or two non-zeros:
gatheluck/FourierHeatmap normalises irfft2 of a one-hot half spectrum; google-research/frequency_analysis
puts 0.5 + 0.5i at the frequency that comes first in the shifted spectrum and its conjugate at the mirror.
"""

import json

import numpy as np


def gatheluck(height, width, row, column):
    if column < 0 or (column == 0 and row < 0):
        row, column = -row, -column
    half = np.zeros((height, width // 2 + 1), complex)
    half[row % height, column] = 1
    wave = np.fft.irfft2(half, s=(height, width))
    return wave / np.linalg.norm(wave)


def google(height, width, row, column):
    full = np.zeros((height, width), complex)
    mirror = (-row % height, -column % width)
    if mirror == (row % height, column % width):
        full[mirror] = 1
    else:
        full[mirror] = 0.5 - 0.5j
        full[row % height, column % width] = 0.5 + 0.5j
    wave = np.fft.ifft2(full) * np.sqrt(height * width)
    assert np.abs(wave.imag).max() < 1e-12
    return wave.real


if __name__ == "__main__":
    cases = []
    # frequencies that come first of their pair: negative row, or row 0 (or the highest one) and negative column
    for height, width, row, column in [
        (4, 4, -1, 1), (4, 4, 0, 0), (4, 4, -2, -2), (4, 4, -2, -1), (4, 4, 0, -1),
        (5, 5, -2, 1), (5, 5, 0, 0), (5, 8, -1, 3), (5, 8, 0, -4), (8, 5, -4, -2), (6, 3, -3, 0),
    ]:
        cases.append({
            "height": height, "width": width, "row": row, "column": column,
            "gatheluck": np.round(gatheluck(height, width, row, column), 9).ravel().tolist(),
            "google": np.round(google(height, width, row, column), 9).ravel().tolist(),
        })

    print(json.dumps({"generator": "makeGolden.py", "numpy": np.__version__, "cases": cases}))
