import { asUnitImages, type Predict, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { type HostLogits, readLogits } from "./hostLogits.ts";
import { tidied } from "./tidied.ts";

/** A loss of one row of logits, and its derivative by each of them. */
export interface LossOfLogits {
  readonly value: number;
  /** [classes] */
  readonly gradient: Float64Array;
}

/** The loss of row `row` of a batch; labels and targets are the closure's. */
export type RowLoss = (logits: Float32Array, row: number) => LossOfLogits;

/** Loss of each image, [batch], and its gradient by that image, [batch, height, width, channel]. */
export interface LossAndGradient {
  readonly logits: HostLogits;
  readonly losses: Float32Array;
  readonly gradients: Float32Array;
}

/**
 * Evaluates a loss and its gradient by the images.
 *
 *     gradient = ∂/∂images Σ_row loss(logits of row),   each image for itself
 *
 * Convention: the loss and its derivative by the logits are computed in float64 from float32 logits, so a
 * confident network's cross-entropy does not vanish by rounding; losses are then rounded to float32.
 *
 * @throws {ValueError} if `predict` is not made of differentiable operations on its images
 */
export function lossAndGradient(
  predict: Predict,
  images: Float32Array,
  shape: readonly [number, number, number, number],
  loss: RowLoss,
): LossAndGradient {
  return tidied(() => {
    const losses = new Float32Array(shape[0]);
    let read: HostLogits | undefined;
    const total = (input: tf.Tensor): tf.Tensor => {
      const logits = predict(asUnitImages(input));
      assertAtOnce(logits);
      read = readLogits(logits, shape[0]);
      const weights = derivatives(read, loss, losses);
      return tf.sum(tf.mul(logits, tf.tensor2d(weights, [shape[0], read.classes])));
    };
    const input = tf.tensor4d(images, [...shape]);
    const gradient = differentiate(total, input).dataSync() as Float32Array;
    return { logits: read as unknown as HostLogits, losses, gradients: gradient };
  });
}

/** Refuses a classifier that answers later: no gradient can be taken through it. */
function assertAtOnce(logits: unknown): void {
  if (!(logits instanceof Promise)) return;
  logits.catch(() => undefined); // what is thrown below says it
  throw new ValueError("lossAndGradient", {
    expected:
      "predict to answer at once, as a white-box attack takes its gradient (square takes none)",
    actual: "a promise",
  });
}

/** Fills `losses`; returns the derivative of their sum by the logits, [batch, classes]. */
function derivatives(
  { values, classes }: HostLogits,
  loss: RowLoss,
  losses: Float32Array,
): Float32Array {
  const weights = new Float32Array(values.length);
  for (let row = 0; row < losses.length; row++) {
    const { value, gradient } = loss(values.subarray(row * classes, (row + 1) * classes), row);
    losses[row] = value;
    weights.set(gradient, row * classes);
  }
  return weights;
}

function differentiate(total: (input: tf.Tensor) => tf.Tensor, input: tf.Tensor): tf.Tensor {
  try {
    return tf.grad(total)(input);
  } catch (cause) {
    const isOurs = !(cause instanceof Error) || !/gradient/i.test(cause.message);
    if (isOurs) throw cause;
    throw new ValueError("lossAndGradient", {
      expected: "predict to be made of differentiable operations on its images",
      actual: (cause as Error).message,
      cause,
    });
  }
}
