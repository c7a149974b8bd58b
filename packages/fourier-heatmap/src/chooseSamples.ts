import { createRng, show, ValueError } from "@apr-kit/contracts";

/**
 * Chooses which images of a set are looked at.
 *
 * @param total  images in the set
 * @param subset how many of them; all when left out
 * @returns ascending indices
 *
 * Randomness: without replacement, keyed by (seed); a smaller subset is part of every larger one.
 *
 * @throws {ValueError} if subset is not an integer in [1, total]
 */
export function chooseSamples(
  where: string,
  total: number,
  { subset = total, seed }: { readonly subset?: number | undefined; readonly seed: number },
): Int32Array {
  if (!(Number.isInteger(subset) && subset >= 1 && subset <= total)) {
    throw new ValueError(where, {
      expected: `subset to be an integer in [1, ${total}], the number of images`,
      actual: show(subset),
    });
  }
  if (subset === total) return Int32Array.from({ length: total }, (_, index) => index);
  const order = createRng({ seed, purpose: "fourier-heatmap.subset" }).permutation(total);
  return order.slice(0, subset).sort();
}
