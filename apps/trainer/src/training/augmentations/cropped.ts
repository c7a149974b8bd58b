import { type BatchKey, cropAndFlip } from "@apr-kit/apr-augment";
import type { ByteImages, PixelBatch } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { AugmentationConfig } from "../../config/schema.ts";

/** Images cropped and mirrored as the configuration says; bytes are uploaded first. */
export function cropped(
  images: PixelBatch | ByteImages,
  key: BatchKey,
  { crop, flipProbability }: AugmentationConfig,
): ByteImages {
  return tf.tidy(() =>
    cropAndFlip("dtype" in images ? images : upload(images), { ...key, ...crop, flipProbability }),
  );
}

function upload({ data, shape }: PixelBatch): ByteImages {
  return tf.tensor4d(Float32Array.from(data), [...shape]) as ByteImages;
}
