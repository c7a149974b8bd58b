import { assertImages } from "@apr-kit/contracts";
import { fill, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import {
  assertBatch,
  assertSides,
  assertSpectrum,
  type ComplexPair,
  isComplexPair,
  type RealOrComplex,
} from "./complexPair.ts";
import "./kernels/register.ts";
import { complexFft } from "./kernels/transforms.ts";
import { type FftNorm, scaleOf } from "./norm.ts";

interface ComplexTransform {
  readonly axes: number[];
  readonly norm: FftNorm;
  readonly inverse: boolean;
}

/** Checks the arguments of the public function `where`, then runs the kernel along `axes`. */
export function complexTransform(
  where: string,
  input: RealOrComplex,
  { axes, norm, inverse }: ComplexTransform,
): ComplexPair {
  const first = checkedTensor(where, input);
  assertBatch(where, axes, first);
  const { shape } = first;
  const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
  const scale = scaleOf(where, norm, inverse ? "inverse" : "forward", count);
  return tidy(() => {
    // Not zerosLike: that would be a step from the images on, and want a gradient of its own.
    const pair = isComplexPair(input) ? input : { re: input, im: fill(shape, 0) as Tensor4D };
    return complexFft(pair, { axes, scale, inverse });
  });
}

/** The images, or the real part of the spectrum. */
function checkedTensor(where: string, input: RealOrComplex): Tensor4D {
  if (isComplexPair(input)) {
    assertSpectrum(where, "spectrum", input);
    return input.re;
  }
  assertImages(where, input);
  assertSides(where, "images", input);
  return input;
}
