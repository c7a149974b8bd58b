import { augMix, OP_NAMES, OVERLAPPING_OP_NAMES, toUnit } from "@apr-kit/apr-augment";
import type { UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { Augmentation } from "./augmentation.ts";
import { cropped } from "./cropped.ts";

/**
 * Crop, flip, AugMix: one mixed view of each image, or, with the consistency loss, the image itself and two mixed views.
 *
 * @see Hendrycks et al., AugMix, ICLR 2020, and its code, which is followed in the order of the steps.
 */
export const augmix: Augmentation = (pixels, key, config) => {
  const { jsd, allOps, ...options } = config.augmix;
  const ops = allOps ? [...OP_NAMES, ...OVERLAPPING_OP_NAMES] : OP_NAMES;
  const images = tf.tidy(() => {
    const clean = cropped(pixels, key, config);
    const view = (index: number) => augMix(clean, { ...key, ...options, ops, view: index });
    return jsd === 0 ? view(0) : (tf.concat([toUnit(clean), view(0), view(1)], 0) as UnitImages);
  });
  return { images, views: jsd === 0 ? 1 : 3, consistency: jsd };
};
