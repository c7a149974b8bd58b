"""Writes ops.json: what PyTorch computes for small inputs, in NHWC / HWIO order.

Run: python makeGolden.py   (torch 2.14.1, numpy; the versions used are stored in the file)
"""

import json
from pathlib import Path

import numpy
import torch
from torch.nn import functional

SEED = 20211011


def draw(generator, *shape):
    return torch.from_numpy(generator.standard_normal(shape).round(2))


def pack(tensor):
    return {"shape": list(tensor.shape), "values": [round(v, 9) for v in tensor.detach().flatten().tolist()]}


def to_nchw(x):
    return x.permute(0, 3, 1, 2)


def to_nhwc(x):
    return x.permute(0, 2, 3, 1).contiguous()


def backward(output, inputs, generator):
    """Pulls a random dy back; returns it and the gradients of the inputs."""
    dy = draw(generator, *output.shape)
    return dy, torch.autograd.grad(output, inputs, dy)


def conv_case(generator, x_shape, filter_shape, stride, padding, groups):
    x = draw(generator, *x_shape).requires_grad_()
    weight = draw(generator, *filter_shape).requires_grad_()
    options = {"stride": stride, "padding": padding, "groups": groups}
    y = to_nhwc(functional.conv2d(to_nchw(x), weight.permute(3, 2, 0, 1), **options))
    dy, (dx, dw) = backward(y, (x, weight), generator)
    tensors = {"x": x, "filter": weight, "y": y, "dy": dy, "dx": dx, "dFilter": dw}
    return {"options": options} | {name: pack(tensor) for name, tensor in tensors.items()}


def pool_case(generator, pool, x_shape, size, stride, padding):
    x = draw(generator, *x_shape).requires_grad_()
    y = to_nhwc(pool(to_nchw(x), size, stride, padding))
    dy, (dx,) = backward(y, (x,), generator)
    options = {"size": size, "stride": stride, "padding": padding}
    return {"options": options} | {k: pack(v) for k, v in {"x": x, "y": y, "dy": dy, "dx": dx}.items()}


def batch_norm_case(generator):
    x = draw(generator, 3, 4, 5, 6).requires_grad_()
    scale, offset = draw(generator, 6).requires_grad_(), draw(generator, 6).requires_grad_()
    y = to_nhwc(functional.batch_norm(to_nchw(x), None, None, scale, offset, training=True, eps=1e-5))
    dy, (dx, dscale, doffset) = backward(y, (x, scale, offset), generator)
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2), unbiased=False)
    tensors = {"x": x, "scale": scale, "offset": offset, "y": y, "mean": mean, "variance": variance}
    tensors |= {"dy": dy, "dx": dx, "dScale": dscale, "dOffset": doffset}
    return {name: pack(tensor) for name, tensor in tensors.items()}


def cross_entropy_case(generator, smoothing):
    logits = (3 * draw(generator, 5, 7)).requires_grad_()
    labels = torch.tensor([0, 6, 3, 3, 1])
    losses = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing)
    dy, (dlogits,) = backward(losses, (logits,), generator)
    tensors = {"logits": logits, "labels": labels, "losses": losses, "dy": dy, "dLogits": dlogits}
    return {"labelSmoothing": smoothing} | {name: pack(tensor) for name, tensor in tensors.items()}


def sgd_case(generator):
    weight = draw(generator, 4, 3).requires_grad_()
    gradients = [draw(generator, 4, 3) for _ in range(3)]
    before = pack(weight)
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9, weight_decay=0.05, nesterov=True)
    for gradient in gradients:
        weight.grad = gradient
        optimizer.step()
    return {"before": before, "gradients": [pack(g) for g in gradients], "after": pack(weight)}


def main():
    generator = numpy.random.default_rng(SEED)
    golden = {
        "generator": "makeGolden.py",
        "versions": {"torch": torch.__version__, "numpy": numpy.__version__},
        "seed": SEED,
        "conv2d": [
            conv_case(generator, *arguments)
            for arguments in [
                ((2, 5, 5, 3), (3, 3, 3, 4), 1, 1, 1),
                ((2, 6, 6, 3), (3, 3, 3, 4), 2, 1, 1),
                ((2, 7, 5, 3), (3, 3, 3, 4), 2, 1, 1),
                ((2, 6, 6, 3), (1, 1, 3, 4), 2, 0, 1),
                ((1, 8, 9, 2), (3, 2, 2, 3), 3, 0, 1),
                ((2, 6, 5, 4), (3, 3, 2, 6), 1, 1, 2),
                ((2, 6, 6, 4), (3, 3, 2, 4), 2, 1, 2),
                ((1, 9, 9, 1), (5, 5, 1, 2), 2, 2, 1),
                ((1, 4, 4, 2), (1, 1, 2, 2), 1, 1, 1),
                ((1, 11, 11, 2), (7, 7, 2, 2), 2, 3, 1),
            ]
        ],
        "batchNorm": batch_norm_case(generator),
        "maxPool2d": [
            pool_case(generator, functional.max_pool2d, (2, 7, 6, 3), 3, 2, 1),
            pool_case(generator, functional.max_pool2d, (2, 5, 4, 2), 2, 2, 0),
        ],
        "avgPool2d": [
            pool_case(generator, functional.avg_pool2d, (2, 7, 6, 3), 3, 2, 1),
            pool_case(generator, functional.avg_pool2d, (2, 4, 4, 3), 4, 4, 0),
        ],
        "softmaxCrossEntropy": [cross_entropy_case(generator, s) for s in (0, 0.1, 1)],
        "sgdNesterov": sgd_case(generator),
    }
    Path(__file__).with_name("ops.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
