import { asUnitImages, type Predict, show, type UnitImages, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { oodScores } from "./oodScores.ts";

export interface OdinOptions {
  /** Default 1000. */
  readonly temperature?: number;
  /** Step on the [0, 1] pixel scale, ≥ 0, default 0.0014; 0 leaves the images as they are. */
  readonly epsilon?: number;
}

/**
 * Returns ODIN's confidence: the largest tempered probability after a small step that raises it.
 *
 *     x' = x + ε · sign(∇_x ln max_k softmax(z(x)/T)_k),   score = max_k softmax(z(x')/T)_k
 *
 * @param predict differentiable classifier of [0, 1] images that takes normalisation upon itself
 * @param images  UnitImages, [batch, height, width, channel]; not disposed
 * @returns [batch], float64; larger means in-distribution
 *
 * Convention: x' is not clipped to [0, 1], as in the published code; sign(0) = 0. Because the step is taken before the
 * normalisation inside `predict`, it equals the published step of ε/std on normalised images.
 * Gradient registrations: those of the ops of `predict` must be there; importing @apr-kit/engine brings them.
 * Cost: one gradient and two predictions.
 *
 * @throws {ValueError} if epsilon or temperature is out of range
 *
 * @see Liang, Li & Srikant, Enhancing the Reliability of Out-of-Distribution Image Detection, ICLR 2018, Eq. (1), (2).
 */
export function odinScores(
  predict: Predict,
  images: UnitImages,
  { temperature = 1000, epsilon = 0.0014 }: OdinOptions = {},
): Float64Array {
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY)) {
    throw new ValueError("odinScores", {
      expected: "epsilon to be ≥ 0 and finite",
      actual: show(epsilon),
    });
  }
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new ValueError("odinScores", {
      expected: "temperature to be positive and finite",
      actual: show(temperature),
    });
  }
  const logits = tf.tidy(() => {
    if (epsilon === 0) return predict(images);
    const confidence = (pixels: tf.Tensor) => {
      const tempered = tf.div(predict(asUnitImages(pixels)), temperature);
      return tf.sum(tf.max(tf.logSoftmax(tempered), -1)) as tf.Scalar; // rows do not mix
    };
    const step = tf.mul(tf.sign(tf.grad(confidence)(images)), epsilon);
    return predict(tf.add(images, step) as UnitImages); // [batch, classes]
  });
  const classes = logits.shape[1];
  const scores = oodScores(logits.dataSync(), { classes, score: "msp", temperature });
  logits.dispose();
  return scores;
}
