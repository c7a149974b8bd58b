import { show, ValueError } from "@apr-kit/contracts";
import type { Draws } from "../draws/draws.ts";
import type { FrostPhotograph, FrostSource } from "../frost/frostPhotograph.ts";
import { proceduralFrost } from "../frost/proceduralFrost.ts";
import { resizePhotograph } from "../frost/resizePhotograph.ts";
import type { SquareImage } from "../squareImage.ts";

export interface FrostParameters {
  readonly imageWeight: number;
  readonly frostWeight: number;
  /** What the photographs' sides are multiplied by. */
  readonly photographScale: number;
}

/**
 * Lays frost over the image: out = imageWeight · x + frostWeight · frost, on the scale of bytes.
 *
 * Randomness: with photographs, three integers: which of the five, top row, left column of the crop.
 *             With `"procedural"` (not the benchmark's frost), see {@link proceduralFrost}.
 *
 * @throws {ValueError} if a photograph, resized, is not larger than the image
 */
export function frost(
  { data, side }: SquareImage,
  { imageWeight, frostWeight, photographScale }: FrostParameters,
  draws: Draws,
  source: FrostSource,
): Uint8Array {
  const texture =
    source === "procedural"
      ? proceduralFrost(side, draws)
      : crop(resizePhotograph(source[draws.integers(1, 0, 5)[0]!]!, photographScale), side, draws);
  const out = new Uint8Array(data.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.min(imageWeight * data[i]! + frostWeight * texture[i]!, 255);
  }
  return out;
}

/** [side, side, 3] */
function crop({ data, height, width }: FrostPhotograph, side: number, draws: Draws): Uint8Array {
  if (height <= side || width <= side) {
    throw new ValueError("frost", {
      expected: `photographs larger than ${side} pixels a side after scaling`,
      actual: show([height, width]),
    });
  }
  const top = draws.integers(1, 0, height - side)[0]!;
  const left = draws.integers(1, 0, width - side)[0]!;
  const out = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * 3;
    out.set(data.subarray(from, from + side * 3), y * side * 3);
  }
  return out;
}
