import { toUnit } from "@apr-kit/apr-augment";
import * as tf from "@tensorflow/tfjs-core";
import type { Augmentation } from "./augmentation.ts";
import { cropped } from "./cropped.ts";

/** Crop, flip. */
export const standard: Augmentation = (pixels, key, config) => ({
  images: tf.tidy(() => toUnit(cropped(pixels, key, config))),
  views: 1,
  consistency: 0,
});
