import { createRng, show, ValueError } from "@apr-kit/contracts";
import type { ImageSplit } from "./imageDataset.ts";
import { takeBatch } from "./takeBatch.ts";

export interface SplitValidationOptions {
  /** How many images to hold out, in [1, split.size). */
  readonly size: number;
  readonly seed: number;
}

/**
 * Holds some training images out, so that choices need not be made on the test set.
 *
 * @param split the training split; not changed
 * @returns two splits in new memory; both keep the original order of their images
 *
 * Convention: drawn uniformly without replacement; classes are balanced on average, not exactly.
 * Randomness: the stream { seed, purpose "datasets.splitValidation" }, `split.size` - 1 draws.
 *
 * @throws {ValueError} if size leaves either part empty
 * @example
 * const { train, validation } = splitValidation(cifar10.train, { size: 5000, seed: 1 }); // 45000 and 5000
 */
export function splitValidation(
  split: ImageSplit,
  { size, seed }: SplitValidationOptions,
): { readonly train: ImageSplit; readonly validation: ImageSplit } {
  if (!(Number.isInteger(size) && size >= 1 && size < split.size)) {
    throw new ValueError("splitValidation", {
      expected: `size to be an integer in [1, ${split.size})`,
      actual: show(size),
    });
  }
  const order = createRng({ seed, purpose: "datasets.splitValidation" }).permutation(split.size);
  const { coarseLabels } = split;
  const part = (indices: Int32Array): ImageSplit => {
    const chosen = { ...takeBatch(split, indices.sort()), size: indices.length };
    if (coarseLabels === undefined) return chosen;
    return { ...chosen, coarseLabels: Uint8Array.from(indices, (i) => coarseLabels[i] as number) };
  };
  return { train: part(order.slice(size)), validation: part(order.slice(0, size)) };
}
