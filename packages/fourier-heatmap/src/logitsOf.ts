import { ShapeError, show, type UnitImages, ValueError } from "@apr-kit/contracts";
import { Tensor } from "@tensorflow/tfjs-core";
import type { AsyncPredict } from "./asyncPredict.ts";

/** What a classifier said about a batch, in ordinary memory. */
export interface HostLogits {
  /** Row-major [batch, classes]. */
  readonly values: Float32Array;
  readonly classes: number;
}

/**
 * Asks a classifier about a batch and reads the answer back.
 *
 * Disposes the answer, not the images. Whether the numbers are logits or probabilities is not asked:
 * nothing here could tell them apart with certainty.
 *
 * @throws {ShapeError} if the answer is not [batch, classes]
 * @throws {ValueError} if it is not a float32 tensor of finite numbers
 */
export async function logitsOf(
  where: string,
  predict: AsyncPredict,
  images: UnitImages,
): Promise<HostLogits> {
  const answer: unknown = await predict(images);
  if (!(answer instanceof Tensor)) {
    throw new ValueError(where, {
      expected: "predict to return a tensor [batch, classes], or a promise of one",
      actual: Array.isArray(answer) ? `an array of ${answer.length}` : show(answer),
    });
  }
  try {
    const [batch, classes] = answer.shape;
    if (answer.rank !== 2 || batch !== images.shape[0] || !(classes! >= 1)) {
      throw new ShapeError(where, {
        expected: `predict to return logits [${images.shape[0]}, classes]`,
        actual: `[${answer.shape.join(", ")}]`,
      });
    }
    if (answer.dtype !== "float32") {
      throw new ValueError(where, {
        expected: "predict to return logits of dtype float32",
        actual: answer.dtype,
      });
    }
    const values = (await answer.data()) as Float32Array;
    assertFinite(where, values, classes!);
    return { values, classes: classes! };
  } finally {
    answer.dispose();
  }
}

/** Counts the rows whose largest value is not at their label; of equal values the lowest index counts. */
export function countErrors({ values, classes }: HostLogits, labels: ArrayLike<number>): number {
  let errors = 0;
  for (let index = 0; index < labels.length; index++) {
    if (argMax(values, index * classes, classes) !== labels[index]) errors++;
  }
  return errors;
}

/** The class of the largest of `classes` values from `start` on; of equal values the lowest index. */
export function argMax(values: Float32Array, start: number, classes: number): number {
  let best = 0;
  for (let index = 1; index < classes; index++) {
    if (values[start + index]! > values[start + best]!) best = index;
  }
  return best;
}

function assertFinite(where: string, values: Float32Array, classes: number): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return;
  throw new ValueError(where, {
    expected: "predict to return finite logits",
    actual: `${values[index]} for image ${Math.floor(index / classes)} of a batch`,
  });
}
