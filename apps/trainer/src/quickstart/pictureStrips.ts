import { aprPair, aprSingle, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages, PixelBatch } from "@apr-kit/contracts";
import { corrupt } from "@apr-kit/corruptions";
import { type ImageDataset, takeBatch } from "@apr-kit/datasets";
import * as tf from "@tensorflow/tfjs-core";
import type { RunConfig } from "../config/schema.ts";
import { filmStrip } from "../report/pictures.ts";
import type { PictureStrip } from "../report/renderComparison.ts";

const SHOWN = 10;
const SCALE = 2.5;

/** The pictures of the report: what training sees, and what testing sees, of the first test images. */
export async function pictureStrips(
  dataset: ImageDataset,
  { seed, augmentation, evaluation }: RunConfig,
): Promise<{ augmentation: PictureStrip[]; corruption: PictureStrip[] }> {
  const samples = Int32Array.from({ length: SHOWN }, (_, index) => index);
  const { images: pixels } = takeBatch(dataset.test, samples);
  const key = { seed, epoch: 0, samples };
  const single = download(aprSingle(pixels, { ...key, ...augmentation.single, probability: 1 }));
  const pair = download(
    tf.tidy(() => {
      const bytes = tf.tensor4d(Float32Array.from(pixels.data), [...pixels.shape]);
      const { mixed } = aprPair(toUnit(bytes as ByteImages), {
        ...key,
        ...augmentation.pair,
        probability: 1,
      });
      return tf.mul(mixed, 255);
    }),
  );
  const severity = evaluation.severities.toSorted().at(-1)!;
  const corrupted = await Promise.all(
    (["gaussian_noise", "defocus_blur", "fog", "jpeg_compression"] as const).map(async (name) => ({
      caption: `${name.replaceAll("_", " ")}, severity ${severity}`,
      source: await filmStrip(
        await corrupt(pixels, { name, severity, table: "cifar", seed, samples }),
        SCALE,
      ),
    })),
  );
  return {
    augmentation: [
      { caption: "clean", source: await filmStrip(pixels, SCALE) },
      {
        caption:
          "APR-S: the phase of one augmented view, the amplitude of another view of the same image",
        source: await filmStrip(single, SCALE),
      },
      {
        caption: "APR-P: the phase of the image, the amplitude of another image",
        source: await filmStrip(pair, SCALE),
      },
    ],
    corruption: corrupted,
  };
}

/** Reads byte-valued images back, rounded and clipped, and disposes them. */
function download(images: tf.Tensor): PixelBatch {
  const data = Uint8ClampedArray.from(images.dataSync());
  const shape = images.shape as [number, number, number, number];
  images.dispose();
  return { data: new Uint8Array(data.buffer), shape };
}
