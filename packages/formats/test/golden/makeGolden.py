"""Writes the golden arrays of this folder. Needs NumPy and SciPy; run it here: python makeGolden.py"""

import numpy as np

counting = np.arange(24).reshape(2, 3, 4)
arrays = {
    "uint8": counting.astype("u1"),
    "int8": (counting - 12).astype("i1"),
    "uint16": (counting * 2000).astype("u2"),
    "int16": (counting * 2000 - 24000).astype("i2"),
    "uint32": (counting * 100_000_000).astype("u4"),
    "int32": (counting * 100_000_000 - 1_200_000_000).astype("i4"),
    "uint64": counting.astype("u8") * 600_000_000_000_000_000,
    "int64": (counting - 12) * 600_000_000_000_000_000,
    "float16": np.array([[0, -0.0, 1 / 3, 65504], [6e-8, -2, np.inf, np.nan]], "f2"),
    "float32": (counting / 7).astype("f4"),
    "float64": counting / 7,
    "bool": counting % 3 == 0,
    "bigEndian": counting.astype(">i4"),
    "fortran": np.asfortranarray(counting.astype("<i2")),
    "bigEndianFortran": np.asfortranarray((counting / 7).astype(">f8")),
    "scalar": np.array(-1.5),
    "empty": np.zeros((0, 32, 32, 3), "u1"),
}
for name, array in arrays.items():
    np.save(f"{name}.npy", array)
for version in (2, 3):
    with open(f"version{version}.npy", "wb") as file:
        np.lib.format.write_array(file, arrays["uint8"], version=(version, 0))

# Archives of arrays
np.savez("plain.npz", images=arrays["uint8"], labels=np.array([3, 8], "i8"))
np.savez_compressed("compressed.npz", images=arrays["uint8"], labels=np.array([3, 8], "i8"))

# Pickles
import io
import pickle
import struct


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


def cifar_batch(key, count):
    pixels = (np.arange(count * 3072) * 7 % 251).astype("u1").reshape(count, 3072)
    return {
        "batch_label": "testing batch 1 of 1",
        key: [3 * i % 10 for i in range(count)],
        "data": pixels,
        "filenames": [f"caf\u00e9_{i}.png" for i in range(count)],
    }


buffer = io.BytesIO()
Python2Pickler(buffer, 2).dump(cifar_batch("labels", 2))
python2 = buffer.getvalue().replace(b"numpy._core.", b"numpy.core.")
open("cifar.python2.pkl", "wb").write(python2)
for protocol in (2, 3, 4, 5):
    with open(f"protocol{protocol}.pkl", "wb") as file:
        data = {
            "array": arrays["int16"],
            "fortran": arrays["fortran"],
            "bigEndian": arrays["bigEndian"],
            "float": arrays["float64"],
            "scalar": np.float32(0.5),
            "nested": {"list": [1, -2, 3.5, None, True, 2**80], "set": {4}, "tuple": ("a", b"b")},
        }
        pickle.dump(data, file, protocol)
pickle.dump({"x": 1}, open("protocol0.pkl", "wb"), 0)
pickle.dump([1, 2], open("list.pkl", "wb"), 2)
pickle.dump({"call": print}, open("print.pkl", "wb"), 2)
pickle.dump({"objects": np.array(["a", None], object)}, open("objects.pkl", "wb"), 2)

# idx: the header of MNIST by hand, the numbers by NumPy
for name, code, dtype in [("uint8", 8, ">u1"), ("int32", 12, ">i4"), ("float64", 14, ">f8")]:
    with open(f"{name}.idx", "wb") as file:
        file.write(struct.pack(">BBBB3I", 0, 0, code, 3, 2, 3, 4))
        file.write(counting.astype(dtype).tobytes())

# MATLAB 5
from scipy.io import savemat

images = (np.arange(4 * 4 * 3 * 5) * 7 % 251).astype("u1").reshape((4, 4, 3, 5), order="F")
svhn = {"X": images, "y": np.array([[10], [1], [2], [9], [10]], "u1")}
savemat("svhn.mat", svhn, do_compression=True)
kinds = {
    name: arrays[name]
    for name in "uint8 int8 uint16 int16 uint32 int32 uint64 int64 float32 float64".split()
}
kinds |= {
    "yes": np.array([[True, False]]),
    "small": np.array([[7.0, 8.0]]),
    "one": np.uint8(7),
    "text": "hello",
    "cell": np.array([1, "a"], object),
    "struct": {"a": 1},
    "complex": np.array([1 + 2j]),
}
savemat("kinds.mat", kinds)
savemat("compressed.mat", kinds, do_compression=True)
savemat("version4.mat", {"x": arrays["float64"][0]}, format="4")
# NumPy's own answer in column-major order, for the test
np.save("column-major.npy", arrays["float64"].ravel(order="F"))
