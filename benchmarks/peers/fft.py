"""PyTorch's side of "fft"; protocol in serve.py.

    python fft.py THREADS

Candidates: "rfft2 384×32×32"; "recombination 128×32×32×3, paper" and ", tuned".
"""

import re
import sys

import torch

sys.dont_write_bytecode = True
from serve import serve  # noqa: E402


def paper_mix(x, order):
    """APR-P as its authors' code has it: whole 3-D transforms, angle and exponential."""
    own = torch.fft.fftn(x, dim=(1, 2, 3))
    other = torch.fft.fftn(x[order], dim=(1, 2, 3))
    mixed = other.abs() * torch.exp(1j * own.angle())
    return torch.fft.ifftn(mixed, dim=(1, 2, 3)).real.contiguous()


def tuned_mix(x, order):
    """The same by one half spectrum and without trigonometry."""
    own = torch.fft.rfftn(x, dim=(1, 2, 3))
    length = own.abs()
    return torch.fft.irfftn(own * (length[order] / length), s=x.shape[1:], dim=(1, 2, 3))


def candidate(name):
    shape = [int(length) for length in re.findall(r"\d+", name.removeprefix("rfft2"))]
    if name.startswith("rfft2"):
        planes = torch.rand(shape)
        return lambda: discard(torch.fft.rfft2(planes))
    batch, height, width, channel = shape
    images = torch.rand(batch, channel, height, width)
    order = torch.randperm(batch)
    mix = paper_mix if name.endswith("paper") else tuned_mix
    return lambda: discard(mix(images, order))


def discard(_):
    """Frees a result within the clocks, and answers nothing."""


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    serve(f"PyTorch {torch.__version__}", candidate)
