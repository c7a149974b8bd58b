import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";

export interface JensenShannonOptions {
  /**
   * Lowest probability of the mixture before its logarithm is taken, in [0, 1). Default 1e-7, the official code's,
   * which bounds the loss and cuts the gradient there; 0: the divergence itself.
   */
  readonly clamp?: number;
}

/**
 * The Jensen-Shannon divergence among the predictions for several views of each image.
 *
 *     loss = 1/n · Σ_i KL(p_i ‖ q),   q = max(clamp, 1/n · Σ_i p_i),   p_i = softmax(logits_i)
 *
 * @param logits of n ≥ 2 views, each [batch, classes]
 * @returns [batch], in nats; the caller disposes them. AugMix adds 12 times their mean to the cross entropy of the
 *          clean view
 *
 * Convention: finite for all finite logits, and at most log n without a clamp.
 * Gradient:   flows to all logits.
 *
 * @throws {ShapeError} if there are fewer than two views, or their shapes differ
 * @throws {ValueError} if the clamp is outside its range
 *
 * @see Hendrycks et al., AugMix, ICLR 2020, §3; its code clamps.
 */
export function jensenShannon(
  logits: readonly tf.Tensor2D[],
  { clamp = 1e-7 }: JensenShannonOptions = {},
): tf.Tensor1D {
  const [first] = logits;
  const isFit = ({ shape }: tf.Tensor) => shape.length === 2 && `${shape}` === `${first?.shape}`;
  if (first === undefined || logits.length < 2 || !logits.every(isFit)) {
    throw new ShapeError("jensenShannon", {
      expected: "logits of at least two views, each [batch, classes]",
      actual: logits.map(({ shape }) => `[${shape.join(", ")}]`).join(", ") || "none",
    });
  }
  if (!(clamp >= 0 && clamp < 1)) {
    throw new ValueError("jensenShannon", { expected: "clamp in [0, 1)", actual: show(clamp) });
  }
  return tf.tidy(() => {
    const logs = logits.map((view) => tf.logSoftmax(view));
    const stacked = tf.stack(logs); // [view, batch, classes]
    const mean = tf.sub(tf.logSumExp(stacked, 0), Math.log(logits.length));
    const mixture = clamp > 0 ? tf.maximum(mean, Math.log(clamp)) : mean;
    const divergences = logs.map((log) => tf.sum(tf.mul(tf.exp(log), tf.sub(log, mixture)), 1));
    return tf.div(tf.addN(divergences), logits.length) as tf.Tensor1D;
  });
}
