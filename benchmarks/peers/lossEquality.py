"""PyTorch's side of "loss-equality"; protocol in serve.py.

    python lossEquality.py REQUEST

REQUEST is a safetensors file: weights by their PyTorch names, "images" [steps, batch, 3, height, width] and "labels"
[steps, batch], in its metadata the architecture and the optimizer's settings. Candidates: "float32, 2 threads";
answered by {"losses": [...]}.
"""

import json
import pathlib
import sys

import torch

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).parents[2] / "packages/models/python"))
from architectures import build  # noqa: E402
from tensorFiles import read  # noqa: E402
from serve import serve  # noqa: E402
from sgdLosses import sgd_losses  # noqa: E402


def candidate(tensors, metadata, name):
    precision, threads = name.removesuffix(" threads").split(", ")
    weights = dict(tensors)
    images, labels = weights.pop("images"), weights.pop("labels").long()
    net = build(metadata["architecture"], 1, 10)
    net.load_state_dict(weights, strict=False)  # num_batches_tracked counts, and decides nothing

    def run():
        torch.set_num_threads(int(threads))
        return {"losses": sgd_losses(net, images, labels, **json.loads(metadata["options"]), precision=precision)}

    return run


if __name__ == "__main__":
    request = read(sys.argv[1])
    serve(f"PyTorch {torch.__version__}", lambda name: candidate(*request, name))
