import type { Predict } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackBatch } from "../../src/attacks/index.ts";

const [SIDE, CHANNEL, CLASSES] = [6, 2, 4];
const SIZE = SIDE * SIDE * CHANNEL;

/** Weight of value p for class k. */
export function weight(p: number, k: number): number {
  return Math.sin(1.7 * p + 2.3 * k + 0.4);
}

const WEIGHTS = Float32Array.from({ length: SIZE * CLASSES }, (_, at) =>
  weight(Math.floor(at / CLASSES), at % CLASSES),
);

/** Logits = images · weights: distances to its boundaries have a closed form. */
export const linearNet: Predict = (images) =>
  tf.tidy(() => {
    const flat = tf.reshape(images, [-1, SIZE]);
    return tf.matMul(flat, tf.tensor2d(WEIGHTS, [SIZE, CLASSES])) as tf.Tensor2D;
  });

/** Images near mid-grey, far from the box, labelled by the net itself. */
export function linearBatch(count: number): AttackBatch & { readonly labels: number[] } {
  const images = Float32Array.from(
    { length: count * SIZE },
    (_, at) => 0.5 + 0.1 * Math.sin(0.9 * at + Math.floor(at / SIZE)),
  );
  const labels = Array.from({ length: count }, (_, n) => {
    const logits = logitsOf(images, n);
    return logits.indexOf(Math.max(...logits));
  });
  return { images, shape: [count, SIDE, SIDE, CHANNEL], labels };
}

/** The logits of image n in float64. */
export function logitsOf(images: Float32Array, n: number): number[] {
  return Array.from({ length: CLASSES }, (_, k) => {
    let sum = 0;
    for (let p = 0; p < SIZE; p++) sum += (images[n * SIZE + p] as number) * weight(p, k);
    return sum;
  });
}

/** Distance of image n to its nearest class boundary: min_k (z_y - z_k) / ‖w_k - w_y‖ in the dual norm. */
export function boundaryDistance(batch: AttackBatch, n: number, norm: "Linf" | "L2"): number {
  const logits = logitsOf(batch.images, n);
  const own = batch.labels[n] as number;
  const distances = logits.map((logit, k) => {
    const gap = (p: number) => weight(p, k) - weight(p, own);
    let dual = 0;
    for (let p = 0; p < SIZE; p++) dual += norm === "Linf" ? Math.abs(gap(p)) : gap(p) ** 2;
    return ((logits[own] as number) - logit) / (norm === "Linf" ? dual : Math.sqrt(dual));
  });
  return Math.min(...distances.filter((_, k) => k !== own));
}
