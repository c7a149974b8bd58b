import { aprPair, aprSingle, toUnit } from "@apr-kit/apr-augment";
import type { UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { Augmentation } from "./augmentation.ts";
import { cropped } from "./cropped.ts";

/**
 * The paper's three methods.
 *
 *     S: APR-S, crop, flip        P: crop, flip, APR-P        SP: APR-S, crop, flip, APR-P
 *
 * Convention: APR-P works on [0, 1] images before normalisation and its results join the clean ones in
 * one batch, so that both share batch-norm statistics. Where the batch gate leaves a batch unmixed the
 * official code trains on the clean half twice; the duplicate is left out here, and the caller counts the
 * loss twice instead: same loss, gradient and batch statistics.
 */
export function apr({ single, pair }: { single: boolean; pair: boolean }): Augmentation {
  return (pixels, key, config) => {
    let views = 1;
    const images = tf.tidy(() => {
      const viewed = single ? aprSingle(pixels, { ...key, ...config.single }) : pixels;
      const clean = toUnit(cropped(viewed, key, config));
      if (!pair) return clean;
      const { mixed, isMixed } = aprPair(clean, { ...key, ...config.pair });
      if (!isMixed) return clean;
      views = 2;
      return tf.concat([clean, mixed], 0) as UnitImages;
    });
    return { images, views, consistency: 0 };
  };
}
