"""Times PyTorch on the transforms of `pnpm bench fft`; prints {name: timing} as JSON.

    python fft.py THREADS
"""

import json
import sys
import time

import torch

RUNS = 20


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


def timing(work):
    for _ in range(3):
        work()
    samples = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        samples.append(1e3 * (time.perf_counter() - start))
    quartiles = torch.tensor(samples).quantile(torch.tensor([0.25, 0.5, 0.75])).tolist()
    return {"medianMs": quartiles[1], "iqrMs": quartiles[2] - quartiles[0], "runs": RUNS}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    results = {}
    for batch, side in [(128, 32), (64, 224)]:
        planes = torch.rand(3 * batch, side, side)
        results[f"rfft2 {3 * batch}×{side}×{side}"] = timing(lambda: torch.fft.rfft2(planes))
    for batch, side in [(128, 32), (32, 224)]:
        images = torch.rand(batch, 3, side, side)
        order = torch.randperm(batch)
        name = f"recombination {batch}×{side}×{side}×3"
        results[f"{name}, paper"] = timing(lambda: paper_mix(images, order))
        results[f"{name}, tuned"] = timing(lambda: tuned_mix(images, order))
    print(json.dumps(results))


main()
