"""APR-P and APR-S as the code of the paper's authors defines them, stated anew, and APR-P tuned, for `pnpm bench augment`.

    python augment.py THREADS
"""

import random
import sys

import numpy as np
import PIL
import torch
from PIL import Image, ImageOps
sys.dont_write_bytecode = True
from serve import serve  # noqa: E402

BILINEAR, AFFINE = Image.Resampling.BILINEAR, Image.Transform.AFFINE
LEVEL = 3


def strength():
    return np.random.uniform(low=0.1, high=LEVEL)


def signed(value):
    return -value if np.random.uniform() > 0.5 else value


def warp(image, matrix):
    return image.transform(image.size, AFFINE, matrix, resample=BILINEAR)


def shift(image):
    return signed(int(strength() * image.size[0] / 30))


OPS = [
    ImageOps.autocontrast,
    ImageOps.equalize,
    lambda x: ImageOps.posterize(x, 4 - int(0.4 * strength())),
    lambda x: x.rotate(signed(int(3 * strength())), resample=BILINEAR),
    lambda x: ImageOps.solarize(x, 256 - int(25.6 * strength())),
    lambda x: warp(x, (1, signed(0.03 * strength()), 0, 0, 1, 0)),
    lambda x: warp(x, (1, 0, 0, signed(0.03 * strength()), 1, 0)),
    lambda x: warp(x, (1, 0, shift(x), 0, 1, 0)),
    lambda x: warp(x, (1, 0, 0, 0, 1, shift(x))),
]


def any_op(image):
    return OPS[np.random.choice(len(OPS))](image)


def recombined(amplitude_from, phase_from):
    donor, own = np.fft.fftn(amplitude_from), np.fft.fftn(phase_from)
    donor, own = np.fft.fftshift(donor), np.fft.fftshift(own)
    mixed = np.abs(donor) * np.exp(1j * np.angle(own))
    return np.fft.ifftn(np.fft.ifftshift(mixed)).real


def single(image):
    view = any_op(image)
    if random.random() > 0.5:
        return view
    views = [np.array(view), np.array(any_op(view))]
    if random.random() > 0.5:
        views.reverse()
    return Image.fromarray(recombined(*views).astype(np.int64).astype(np.uint8))


def pair(x):
    """Two full complex transforms, angle and exponential."""
    order = torch.randperm(len(x))
    own, other = torch.fft.fftn(x, dim=(1, 2, 3)), torch.fft.fftn(x[order], dim=(1, 2, 3))
    mixed = other.abs() * torch.exp(1j * own.angle())
    return torch.fft.ifftn(mixed, dim=(1, 2, 3)).float()


def tuned_pair(x):
    """The same by one half spectrum and without trigonometry."""
    own = torch.fft.rfftn(x, dim=(1, 2, 3))
    length = own.abs()
    mixed = own * (length[torch.randperm(len(x))] / length)
    return torch.fft.irfftn(mixed, s=x.shape[1:], dim=(1, 2, 3))


def smooth(batch, side):
    """Random pictures of a few plane waves, [batch, side, side, 3] of bytes."""
    waves = np.random.default_rng(1).normal(size=(batch, 1, 1, 3, 4, 3)) * [1 / 3, 1 / 3, 3]
    y, x = np.mgrid[:side, :side].reshape(2, 1, side, side, 1, 1)
    values = 127 + 32 * np.sin(waves[..., 0] * x + waves[..., 1] * y + waves[..., 2]).sum(-1)
    return values.clip(0, 255).astype(np.uint8)


def candidate(name):
    kind, batch, side = name.split()
    pixels = smooth(int(batch), int(side))
    if kind == "single":
        images = [Image.fromarray(image) for image in pixels]
        return lambda: {"result": sum(single(image).getpixel((0, 0))[0] for image in images)}
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous().float() / 255
    work = {"pair": pair, "tuned-pair": tuned_pair}[kind]
    return lambda: {"result": work(x)[0, 0, 0, 0].item()}


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    np.random.seed(1)
    random.seed(1)
    serve(f"PyTorch {torch.__version__}, NumPy {np.__version__}, Pillow {PIL.__version__}", candidate)
