import { ValueError } from "@apr-kit/contracts";
import type { Draws } from "./draws.ts";

/**
 * Replays numbers that were recorded elsewhere, for example from the reference generator.
 *
 * @param numbers every number of one image, in the order in which it was drawn, already scaled
 *
 * Convention: means, bounds and rates are ignored, because the recorded numbers contain them.
 *
 * @throws {ValueError} from any method, when fewer numbers are left than are asked for
 */
export function recordedDraws(numbers: Float64Array): Draws {
  let position = 0;

  function take(count: number): Float64Array {
    if (position + count > numbers.length) {
      throw new ValueError("recordedDraws", {
        expected: `at least ${position + count} recorded numbers`,
        actual: `${numbers.length}`,
      });
    }
    position += count;
    return numbers.slice(position - count, position);
  }

  return {
    normal: take,
    uniform: take,
    poisson: (rates) => take(rates.length),
    integers: (count) => Int32Array.from(take(count)),
  };
}
