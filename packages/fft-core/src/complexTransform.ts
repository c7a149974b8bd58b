import { assertImages } from "@apr-kit/contracts";
import { tidy, zerosLike } from "@tensorflow/tfjs-core";
import {
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
  const shape = checkedShape(where, input);
  const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
  const scale = scaleOf(where, norm, inverse ? "inverse" : "forward", count);
  return tidy(() => {
    const pair = isComplexPair(input) ? input : { re: input, im: zerosLike(input) };
    return complexFft(pair, { axes, scale, inverse });
  });
}

function checkedShape(where: string, input: RealOrComplex): readonly number[] {
  if (isComplexPair(input)) {
    assertSpectrum(where, "spectrum", input);
    return input.re.shape;
  }
  assertImages(where, input);
  assertSides(where, "images", input);
  return input.shape;
}
