"""Computes with PyTorch what `apr model check` compares: logits and gradients of one full-size network.

    python checkParity.py REQUEST RESPONSE          (torch and numpy; CPU)

Both are safetensors files, read and written here without that library. The request holds the parameters by
their PyTorch names, "images" [batch, 3, height, width] and "labels" [batch]; its metadata name the
architecture and the number of classes. The response holds "logits" (inference), "training.logits" and
"gradient.<name>", computed in float64, and the same under "float32." in float32, as a measure of rounding.
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).parent))
from architectures import build  # noqa: E402

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


def compute(net, images, labels):
    with torch.no_grad():
        out = {"logits": net.eval()(images)}
    logits = net.train()(images)
    F.cross_entropy(logits, labels).backward()
    out["training.logits"] = logits
    for name, parameter in net.named_parameters():
        out[f"gradient.{name}"] = parameter.grad
    return out


def main(request, response):
    tensors, metadata = read(request)
    images, labels = tensors.pop("images"), tensors.pop("labels")
    results = {}
    for prefix, dtype in (("", torch.float64), ("float32.", torch.float32)):
        net = build(metadata["architecture"], 1, int(metadata["classes"]))
        missing, unexpected = net.load_state_dict(tensors, strict=False)
        if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
            raise SystemExit(f"names differ: missing {missing}, unexpected {unexpected}")
        for name, tensor in compute(net.to(dtype), images.to(dtype), labels).items():
            results[prefix + name] = tensor
    write(response, results)


if __name__ == "__main__":
    main(*sys.argv[1:])
