import {
  asUnitImages,
  type ByteImages,
  type PixelBatch,
  ShapeError,
  show,
  type UnitImages,
  ValueError,
} from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertLength, assertRgbBytes } from "./arguments.ts";
import type { AugMixDraw } from "./drawAugMix.ts";
import { assertOpDraw } from "./ops/assertOpDraw.ts";
import { makeViews } from "./views/makeViews.ts";

/**
 * Does to a batch what {@link drawAugMix} drew, or what a record of it says.
 *
 *     out = (1 - mixture) · image + mixture · Σ_i weights[i] · chain_i(image),   all divided by 255
 *
 * @param images RGB bytes, [batch, height, width, 3]: in ordinary memory, or ByteImages on the device
 * @param draws  one for each image, of equally many chains
 * @returns UnitImages, same shape; the caller disposes them
 *
 * Convention: the official code normalises before it mixes; coefficients add up to 1, so that `normalize` after
 * gives the same up to rounding. Within 2·10⁻⁷ of float64.
 * Gradient:   none.
 *
 * @throws {ShapeError} if the images are not RGB, draws are not one for each, or chains differ in number
 * @throws {ValueError} if a draw is not among those known
 */
export function applyAugMix(
  images: PixelBatch | ByteImages,
  draws: readonly AugMixDraw[],
): UnitImages {
  assertRgbBytes("augMix", images);
  assertLength("augMix", "draws", draws, images.shape[0]);
  const width = draws[0]?.chains.length ?? 0;
  for (const draw of draws) assertDraw(draw, width);

  return tf.tidy(() => {
    const chains = Array.from({ length: width }, (_, chain) =>
      draws.map((draw, place) => ({ place, ops: draw.chains[chain] ?? [] })),
    );
    const itself = draws.map((_, place) => ({ place, ops: [] }));
    const parts = makeViews(images, [itself, ...chains]);
    const mixed = parts.map((part, index) => {
      const shares = draws.map(({ weights, mixture }) =>
        index === 0 ? 1 - mixture : mixture * (weights[index - 1] as number),
      );
      return tf.mul(part, tf.tensor4d(shares, [draws.length, 1, 1, 1]));
    });
    return asUnitImages(tf.div(tf.addN(mixed), 255));
  });
}

function assertDraw({ chains, weights, mixture }: AugMixDraw, width: number): void {
  if (chains.length !== width || weights.length !== width || width === 0) {
    throw new ShapeError("augMix", {
      expected: `${Math.max(1, width)} chains and as many weights in every draw`,
      actual: `${chains.length} and ${weights.length}`,
    });
  }
  for (const share of [...weights, mixture]) {
    if (share >= 0 && share <= 1) continue;
    throw new ValueError("augMix", {
      expected: "weights and mixture in [0, 1]",
      actual: show(share),
    });
  }
  for (const draw of chains.flat()) assertOpDraw("augMix", draw);
}
