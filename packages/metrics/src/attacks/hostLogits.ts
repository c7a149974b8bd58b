import { asUnitImages, ShapeError, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertNoProbabilities } from "../assertScores.ts";
import type { AsyncPredict } from "./asyncPredict.ts";

/** Logits in ordinary memory, row-major [batch, classes]. */
export interface HostLogits {
  readonly values: Float32Array;
  readonly classes: number;
}

/**
 * Runs a classifier on images in ordinary memory.
 *
 * @throws {ShapeError} if `predict` does not return [batch, classes]
 * @throws {ValueError} if a logit is NaN, or they are all probabilities
 */
export async function hostLogits(
  predict: AsyncPredict,
  images: Float32Array,
  shape: readonly [number, number, number, number],
): Promise<HostLogits> {
  const input = asUnitImages(tf.tensor4d(images, [...shape]));
  let logits: tf.Tensor | undefined;
  try {
    logits = await predict(input);
    return readLogits(logits, shape[0]);
  } finally {
    input.dispose();
    logits?.dispose();
  }
}

/** Reads and checks what a classifier returned for `batch` images. */
export function readLogits(logits: tf.Tensor, batch: number): HostLogits {
  const classes = logits.shape[1] ?? 0;
  if (logits.rank !== 2 || logits.shape[0] !== batch || classes < 2) {
    throw new ShapeError("predict", {
      expected: `logits of shape [${batch}, classes ≥ 2]`,
      actual: `[${logits.shape.join(", ")}]`,
    });
  }
  const values = logits.dataSync() as Float32Array;
  if (values.some(Number.isNaN)) {
    throw new ValueError("predict", {
      expected: "logits that are numbers",
      actual: show(Number.NaN),
    });
  }
  assertNoProbabilities("predict", values, classes, "");
  return { values, classes };
}

/** Throws a ValueError if a label names no class. */
export function assertLabels(labels: Int32Array, { classes }: HostLogits): void {
  for (const label of labels) {
    if (label < classes) continue;
    throw new ValueError("predict", {
      expected: `labels below ${classes} classes`,
      actual: show(label),
    });
  }
}
