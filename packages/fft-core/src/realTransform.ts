import { assertImages, ShapeError, show, ValueError } from "@apr-kit/contracts";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertBatch, assertSides, assertSpectrum, type ComplexPair } from "./complexPair.ts";
import "./kernels/register.ts";
import { inverseRealFft, realFft } from "./kernels/transforms.ts";
import { type FftNorm, scaleOf } from "./norm.ts";

interface RealTransform {
  readonly axes: number[];
  readonly norm: FftNorm;
}

interface InverseRealTransform extends RealTransform {
  /** Name and length of the last of `axes` in the output. */
  readonly last: readonly [name: string, size: number];
}

/** Checks the arguments of the public function `where`, then runs the kernel along `axes`. */
export function realTransform(
  where: string,
  images: Tensor4D,
  { axes, norm }: RealTransform,
): ComplexPair {
  assertImages(where, images);
  assertSides(where, "images", images);
  assertBatch(where, axes, images);
  const count = axes.reduce((product, axis) => product * (images.shape[axis] as number), 1);
  return realFft(images, { axes, scale: scaleOf(where, norm, "forward", count) });
}

/** Checks the arguments of the public function `where`, then runs the kernel along `axes`. */
export function inverseRealTransform(
  where: string,
  spectrum: ComplexPair,
  { axes, norm, last }: InverseRealTransform,
): Tensor4D {
  assertSpectrum(where, "spectrum", spectrum);
  assertBatch(where, axes, spectrum.re);
  const [name, size] = last;
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new ValueError(where, {
      expected: `${name} to be an integer ≥ 1`,
      actual: show(size),
    });
  }
  const axis = axes.at(-1) as number;
  const half = Math.floor(size / 2) + 1;
  if (spectrum.re.shape[axis] !== half) {
    throw new ShapeError(where, {
      expected: `a half spectrum of ${half} frequencies along axis ${axis} for ${name} ${size}`,
      actual: `[${spectrum.re.shape.join(", ")}]`,
    });
  }
  const count = axes.reduce(
    (product, at) => product * (at === axis ? size : (spectrum.re.shape[at] as number)),
    1,
  );
  const scale = scaleOf(where, norm, "inverse", count);
  return inverseRealFft(spectrum, { axes, scale, size });
}
