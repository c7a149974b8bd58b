import { aprPair, aprSingle, type BatchKey, cropAndFlip, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages, PixelBatch, UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { AugmentationConfig } from "../config/schema.ts";

/** Images for one forward pass, with how often each image's loss counts. */
export interface AugmentedBatch {
  /** [batch, ...] or, where APR-P mixed, [2·batch, ...]: the clean half, then the mixed one. */
  readonly images: UnitImages;
  /** True when `images` holds the clean half and the mixed half. */
  readonly hasMixedHalf: boolean;
}

/**
 * Turns stored bytes into what the network trains on, by one of the paper's four methods.
 *
 *     standard: crop, flip            apr-s:  APR-S, crop, flip
 *     apr-p:    crop, flip, APR-P     apr-sp: APR-S, crop, flip, APR-P
 *
 * Convention: APR-P works on [0, 1] images before normalisation and its results join the clean ones in
 * one batch, so that both share batch-norm statistics. Where the batch gate leaves a batch unmixed the
 * official code trains on the clean half twice; the duplicate is left out here and `hasMixedHalf` is
 * false, so that the caller can count the loss twice instead: same loss, gradient and batch statistics.
 *
 * @returns tensors owned by the caller
 */
export function augmentBatch(
  pixels: PixelBatch,
  key: BatchKey,
  { method, single, pair, crop, flipProbability }: AugmentationConfig,
): AugmentedBatch {
  let hasMixedHalf = false;
  const images = tf.tidy(() => {
    const viewed =
      method === "apr-s" || method === "apr-sp"
        ? aprSingle(pixels, { ...key, ...single })
        : upload(pixels);
    const clean = toUnit(cropAndFlip(viewed, { ...key, ...crop, flipProbability }));
    if (method === "standard" || method === "apr-s") return clean;
    const { mixed, isMixed } = aprPair(clean, { ...key, ...pair });
    hasMixedHalf = isMixed;
    return isMixed ? (tf.concat([clean, mixed], 0) as UnitImages) : clean;
  });
  return { images, hasMixedHalf };
}

function upload({ data, shape }: PixelBatch): ByteImages {
  return tf.tensor4d(Float32Array.from(data), [...shape]) as ByteImages;
}
