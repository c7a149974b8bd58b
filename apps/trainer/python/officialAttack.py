"""Runs the published AutoAttack on one trained network, for `apr attack --reference`.

    python officialAttack.py ARCHITECTURES REQUEST RESPONSE
    (torch, numpy and https://github.com/fra31/auto-attack; CPU, float32)

ARCHITECTURES is the folder of architectures.py and tensorFiles.py. REQUEST is a safetensors file: the parameters by their PyTorch
names, "images" [batch, 3, height, width] in [0, 1] and "labels" [batch]; its metadata name the architecture, the
number of classes, the width, mean and std of the normalisation, norm, epsilon, seed, batch and the attacks.
RESPONSE is JSON: the images that are classified rightly, without an attack and after each.
"""

import json
import pathlib
import sys

import torch

sys.dont_write_bytecode = True


def classifier(tensors, metadata):
    from architectures import build

    net = build(metadata["architecture"], float(metadata["width"]), int(metadata["classes"])).float()
    missing, unknown = net.load_state_dict(tensors, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unknown:
        raise SystemExit(f"parameters do not fit: missing {missing}, unknown {unknown}")
    net.eval()
    mean, std = (torch.tensor(json.loads(metadata[name])).view(1, -1, 1, 1) for name in ("mean", "std"))
    return lambda images: net((images - mean) / std)


def survivors(predict, images, labels, batch):
    with torch.no_grad():
        parts = [predict(part).argmax(1) for part in images.split(batch)]
    return torch.cat(parts) == labels


def main(architectures, request, response):
    sys.path.append(architectures)
    try:
        from autoattack import AutoAttack
    except ImportError:
        raise SystemExit("no autoattack; pip install git+https://github.com/fra31/auto-attack") from None
    from tensorFiles import read

    tensors, metadata = read(request)
    images, labels = tensors.pop("images"), tensors.pop("labels")
    predict = classifier(tensors, metadata)
    batch, seed = int(metadata["batch"]), int(metadata["seed"])
    ball = {"norm": metadata["norm"], "eps": float(metadata["epsilon"])}
    official = AutoAttack(predict, **ball, seed=seed, version="standard", device="cpu", verbose=False)
    alive = survivors(predict, images, labels, batch)
    rows = [{"attack": "clean", "survivors": alive.nonzero().flatten().tolist()}]
    for attack in metadata["attacks"].split(","):
        official.attacks_to_run = [attack]
        index = alive.nonzero().flatten()
        if len(index) > 0:
            found = official.run_standard_evaluation(images[index], labels[index], bs=batch)
            alive[index] = survivors(predict, found, labels[index], batch)
        rows.append({"attack": attack, "survivors": alive.nonzero().flatten().tolist()})
        print(f"{attack} {len(rows[-1]['survivors'])}", file=sys.stderr, flush=True)
    pathlib.Path(response).write_text(json.dumps({"torch": torch.__version__, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
