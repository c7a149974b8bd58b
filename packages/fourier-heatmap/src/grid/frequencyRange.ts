import { show, ValueError } from "@apr-kit/contracts";
import type { MapSize } from "../presets.ts";

/** Frequencies of a map along one axis, both ends included, in cycles per image side. */
export type FrequencyRange = readonly [lowest: number, highest: number];

/**
 * Finds the frequencies along one side that a map of some size shows.
 *
 *     -⌊size/2⌋ … ⌈size/2⌉ - 1,   the middle of numpy.fft.fftshift(numpy.fft.fftfreq(side))
 *
 * @throws {ValueError} if size is not an integer in [1, side]
 * @example
 * centralRange("f", 31, 32); // [-15, 15]
 */
export function centralRange(where: string, size: MapSize, side: number): FrequencyRange {
  const count = countOf(size, side);
  if (!(Number.isInteger(count) && count >= 1 && count <= side)) {
    throw new ValueError(where, {
      expected: `size to be an integer in [1, ${side}], the side of the images`,
      actual: show(size),
    });
  }
  const lowest = 0 - Math.floor(count / 2);
  return [lowest, lowest + count - 1];
}

/**
 * Checks a range of frequencies that the caller chose.
 *
 * @throws {ValueError} if it is empty or leaves -⌊side/2⌋ … ⌈side/2⌉ - 1
 */
export function assertRange(where: string, name: string, range: FrequencyRange, side: number) {
  const [lowest, highest] = range;
  const [first, last] = centralRange(where, "full", side);
  const isInteger = Number.isInteger(lowest) && Number.isInteger(highest);
  if (isInteger && first <= lowest && lowest <= highest && highest <= last) return;
  throw new ValueError(where, {
    expected: `${name} to be [lowest, highest] within [${first}, ${last}], the frequencies of side ${side}`,
    actual: show(range),
  });
}

/** Lists the frequencies of a range, lowest first. */
export function frequencies([lowest, highest]: FrequencyRange): number[] {
  return Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
}

function countOf(size: MapSize, side: number): number {
  if (size === "full") return side;
  if (size === "withoutNyquist") return side % 2 === 0 ? side - 1 : side;
  return size;
}
