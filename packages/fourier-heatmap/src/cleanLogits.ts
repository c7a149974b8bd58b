import { show, type UnitImages, ValueError } from "@apr-kit/contracts";
import { slice } from "@tensorflow/tfjs-core";
import type { AsyncPredict } from "./asyncPredict.ts";
import { batchesOf } from "./batchesOf.ts";
import { type LabelledImages, takeUnitImages } from "./labelledImages.ts";
import { type HostLogits, logitsOf } from "./logitsOf.ts";

/** Share of the largest logit by which an image's logits may depend on its batch: far above rounding. */
const BATCH_TOLERANCE = 0.05;

/**
 * Asks a classifier about unchanged images, and whether it can be trusted to answer about others.
 *
 * @param samples which images, in this order
 * @returns their logits, [samples, classes]
 *
 * @throws {ValueError} if a label has no logit, or the logits of an image depend on the images beside it
 *         by more than rounding can explain, as they do of a model in training mode
 */
export async function cleanLogits(
  where: string,
  predict: AsyncPredict,
  { images, labels }: LabelledImages,
  { samples, batchSize }: { readonly samples: Int32Array; readonly batchSize: number },
): Promise<HostLogits> {
  const parts: HostLogits[] = [];
  for (const batch of batchesOf(samples, batchSize)) {
    const taken = takeUnitImages(images, batch);
    try {
      parts.push(await logitsOf(where, predict, taken));
      if (parts.length === 1) await assertInference(where, predict, taken, parts[0]!);
    } finally {
      taken.dispose();
    }
  }
  const { classes } = parts[0]!;
  const values = new Float32Array(samples.length * classes);
  let position = 0;
  for (const part of parts) {
    values.set(part.values, position);
    position += part.values.length;
  }
  const unknown = samples.find((sample) => labels[sample]! >= classes);
  if (unknown !== undefined) {
    throw new ValueError(where, {
      expected: `labels below ${classes}, the number of logits that predict returns`,
      actual: `${show(labels[unknown])} at ${unknown}`,
    });
  }
  return { values, classes };
}

async function assertInference(
  where: string,
  predict: AsyncPredict,
  images: UnitImages,
  together: HostLogits,
): Promise<void> {
  const [batch, ...rest] = images.shape;
  const part = slice(images, [0, 0, 0, 0], [Math.ceil(batch / 2), ...rest]) as UnitImages;
  try {
    const { values } = await logitsOf(where, predict, part);
    let change = 0;
    let largest = 0;
    for (const [index, value] of values.entries()) {
      largest = Math.max(largest, Math.abs(value));
      change = Math.max(change, Math.abs(value - together.values[index]!));
    }
    if (change <= BATCH_TOLERANCE * largest) return;
    throw new ValueError(where, {
      expected: "predict to give an image the same logits in any batch (a model in inference mode)",
      actual: `logits up to ${largest.toPrecision(3)} that change by ${change.toPrecision(3)}`,
    });
  } finally {
    part.dispose();
  }
}
