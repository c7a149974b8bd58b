import * as tf from "@tensorflow/tfjs-core";

/** How real values become bytes. */
export type Quantize = "clipRound" | "wrap";

/**
 * Makes whole values in [0, 255] of real ones.
 *
 *     clipRound: round(min(255, max(0, x)))        wrap: trunc(x) mod 256
 *
 * Convention: halves round to even. "wrap" is what NumPy's cast to uint8 does on x86-64: -0.4 → 0,
 * -1.7 → 255, 300.7 → 44.
 */
export function quantizeBytes(values: tf.Tensor4D, quantize: Quantize): tf.Tensor4D {
  return tf.tidy(() => {
    if (quantize === "clipRound") return tf.round(tf.clipByValue(values, 0, 255));
    const whole: tf.Tensor4D = tf.mul(tf.sign(values), tf.floor(tf.abs(values)));
    const turns = tf.floor(tf.mul(whole, 1 / 256)); // 1 / 256 is exact
    return tf.sub(whole, tf.mul(turns, 256));
  });
}
