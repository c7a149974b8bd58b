import type { Tensor4D } from "@tensorflow/tfjs-core";
import { dropoutMask } from "./dropoutMask.ts";
import type { DropoutKey, DropoutMasks, Model } from "./model.ts";

/**
 * Draws all masks of one training step, to be given to `apply` in place of a key.
 *
 * A traced function takes them as an argument: masks that are drawn while it is recorded would stay for ever.
 *
 * @param imageShape [batch, height, width, channel] of the images
 * @returns none for a network without dropout; the caller disposes them
 *
 * Randomness: that of `apply` with the same key, bit for bit.
 */
export function dropoutMasks(
  model: Model,
  [batch, height, width, channel]: Tensor4D["shape"],
  key: DropoutKey,
): DropoutMasks {
  const layers = model
    .layers([height, width, channel])
    .filter(({ kind }) => kind === "dropoutHalf");
  return Object.fromEntries(
    layers.map(({ name, outputShape }) => {
      const shape = [batch, ...outputShape] as Tensor4D["shape"];
      return [name, dropoutMask(shape, { name, key })];
    }),
  );
}
