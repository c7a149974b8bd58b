"""Safetensors files of float32 and int64, read and written without that library."""

import json
import pathlib
import struct

import numpy as np
import torch

DTYPES = {"F32": "<f4", "I64": "<i8"}


def read(path):
    raw = pathlib.Path(path).read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        values = np.frombuffer(raw[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, metadata


def write(path, tensors):
    header, chunks, end = {}, [], 0
    for name, tensor in tensors.items():
        chunk = tensor.detach().numpy().astype("<f4").tobytes()
        offsets = [end, end + len(chunk)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        chunks.append(chunk)
        end += len(chunk)
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))
