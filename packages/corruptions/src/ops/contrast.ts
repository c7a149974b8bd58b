import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface ContrastParameters {
  /** What distances to the mean are multiplied by. */
  readonly factor: number;
}

/** Draws each channel towards its mean over the image: out = (x - mean) · factor + mean. */
export function contrast({ data }: SquareImage, { factor }: ContrastParameters): Uint8Array {
  const unit = unitFromBytes(data);
  const means = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let i = channel; i < unit.length; i += 3) sum += unit[i]!;
    return sum / (unit.length / 3);
  });
  for (let i = 0; i < unit.length; i++) {
    const mean = means[i % 3]!;
    unit[i] = (unit[i]! - mean) * factor + mean;
  }
  return bytesFromUnit(unit);
}
