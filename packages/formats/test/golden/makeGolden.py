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
