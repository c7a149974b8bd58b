"""Remakes googleMap.json: python makeMapGolden.py > googleMap.json (numpy).

The error map of a small linear classifier, as google-research/frequency_analysis defines it: no signs, no
clipping, phase pi/4 at the frequency that comes first, all height x width frequencies, every one evaluated.
"""

import json

import numpy as np

from makeGolden import google

N, H, W, C, CLASSES, EPS = 24, 6, 5, 3, 4, 1.5
index = np.arange(N * H * W * C)
pixels = (index * index * 7 + index * 31 + 11) % 251 % 256
weights = np.sin(np.arange(H * W * C * CLASSES) * 1.7 + 0.3).reshape(H * W * C, CLASSES)
labels = np.arange(N) * 5 % CLASSES
images = pixels.reshape(N, H, W, C) / 255

rows = np.arange(H) - H // 2
columns = np.arange(W) - W // 2
visited, errors = {}, []
for row in rows:
    for column in columns:
        key, mirror = (row % H, column % W), (-row % H, -column % W)
        if mirror not in visited:
            visited[key] = google(H, W, row, column)
        wave = visited.get(key, visited.get(mirror))
        moved = images + EPS * wave[None, :, :, None]
        logits = moved.reshape(N, -1) @ weights
        gap = np.sort(logits, 1)
        assert (gap[:, -1] - gap[:, -2]).min() > 1e-4  # float32 decides the same
        errors.append(int((logits.argmax(1) != labels).sum()))

print(json.dumps({
    "generator": "makeMapGolden.py", "numpy": np.__version__,
    "shape": [N, H, W, C], "classes": CLASSES, "epsL2": EPS,
    "rows": rows.tolist(), "columns": columns.tolist(), "errors": errors,
}))
