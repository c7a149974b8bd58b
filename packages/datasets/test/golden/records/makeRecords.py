"""Writes the files of this folder: small data sets in the forms in which the real ones are published.

Needs NumPy and SciPy; run it here: python makeRecords.py
Pixel i of a file is (7 i + 3) mod 251, in the order of the file.
"""

import gzip
import io
import pickle
import struct

import numpy as np
from scipy.io import savemat


class Python2Pickler(pickle._Pickler):
    """Spells text as Python 2 did its str: raw bytes, as in the published CIFAR files."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_bytes(self, obj):
        size = len(obj)
        head = b"U" + bytes([size]) if size < 256 else b"T" + struct.pack("<i", size)
        self.write(head + obj)
        self.memoize(obj)

    def save_str(self, obj):
        self.save_bytes(obj.encode("latin1"))

    dispatch[bytes] = save_bytes
    dispatch[str] = save_str


def pixels(*shape):
    return ((np.arange(np.prod(shape)) * 7 + 3) % 251).astype("u1").reshape(shape)


for name, count in [("train", 3), ("test", 2)]:
    planes = pixels(count, 48)  # 4 × 4 red, then green, then blue
    fine = [(5 * i + 1) % 4 for i in range(count)]
    coarse = [label // 2 for label in fine]
    batch = {
        "filenames": [f"caf\u00e9_{i}.png" for i in range(count)],
        "batch_label": f"{name} batch 1 of 1",
        "fine_labels": fine,
        "coarse_labels": coarse,
        "data": planes,
    }
    buffer = io.BytesIO()
    Python2Pickler(buffer, 2).dump(batch)
    open(name, "wb").write(buffer.getvalue().replace(b"numpy._core.", b"numpy.core."))
    records = [bytes([c, f]) + row.tobytes() for c, f, row in zip(coarse, fine, planes)]
    open(f"{name}.bin", "wb").write(b"".join(records))

# SVHN: column-major, digit 0 labelled 10
for name, labels in [("train", [10, 1, 2]), ("test", [9, 10])]:
    images = np.asfortranarray(pixels(len(labels), 3, 4, 4).transpose(3, 2, 1, 0))
    savemat(
        f"{name}_32x32.mat",
        {"X": images, "y": np.array(labels, "u1").reshape(-1, 1)},
        do_compression=True,
    )

# MNIST
for name, labels in [("train", [5, 0, 4]), ("t10k", [7, 2])]:
    head = struct.pack(">BBBB3I", 0, 0, 8, 3, len(labels), 4, 4)
    file = head + pixels(len(labels), 4, 4).tobytes()
    open(f"{name}-images-idx3-ubyte", "wb").write(file)
    file = struct.pack(">BBBBI", 0, 0, 8, 1, len(labels)) + bytes(labels)
    with gzip.GzipFile(f"{name}-labels-idx1-ubyte.gz", "wb", mtime=0) as packed:
        packed.write(file)

# Pairs of arrays
np.save("pair_data.npy", pixels(4, 4, 4, 3))
np.save("pair_labels.npy", np.array([3, 0, 2, 1], "i4"))
np.savez_compressed("pair.npz", images=pixels(4, 4, 4, 3), labels=np.array([3, 0, 2, 1], "i8"))
np.savez("grey.npz", arr_0=pixels(4, 4, 4), arr_1=np.array([3, 0, 2, 1], "u1"))
