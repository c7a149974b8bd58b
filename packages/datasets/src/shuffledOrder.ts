import { createRng, show, ValueError } from "@apr-kit/contracts";

export interface ShuffleOptions {
  readonly seed: number;
  /** Integer ≥ 0; every epoch has its own order. */
  readonly epoch: number;
}

/**
 * Returns the order in which one epoch visits the images: a random permutation of 0 to size - 1.
 *
 * Randomness: the stream { seed, epoch, purpose "datasets.shuffledOrder" }, `size` - 1 draws. The order of
 * epoch n needs no earlier epoch, so a run resumes by asking for the same epoch again.
 *
 * @throws {ValueError} if size, seed or epoch is not an integer in its range
 * @example
 * shuffledOrder(3, { seed: 1, epoch: 0 }); // some order of 0, 1, 2, the same on every machine
 */
export function shuffledOrder(size: number, { seed, epoch }: ShuffleOptions): Int32Array {
  if (!(Number.isInteger(size) && size >= 0 && size < 2 ** 31)) {
    throw new ValueError("shuffledOrder", {
      expected: "size to be an integer in [0, 2^31)",
      actual: show(size),
    });
  }
  return createRng({ seed, epoch, purpose: "datasets.shuffledOrder" }).permutation(size);
}
