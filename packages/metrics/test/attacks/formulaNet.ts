import { readFileSync } from "node:fs";
import type { Predict } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackBatch } from "../../src/attacks/index.ts";

/** Values that the reference attacks gave on the net below; images are [image, channel, height, width]. */
export const golden = JSON.parse(
  readFileSync(new URL("../golden/attacks.json", import.meta.url), "utf8"),
);

const [COUNT, CHANNEL, SIDE, HIDDEN, CLASSES] = [6, 3, 4, 16, 5];
const SIZE = CHANNEL * SIDE * SIDE;

function matrix(
  rows: number,
  columns: number,
  entry: (i: number, j: number) => number,
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, at) =>
    entry(Math.floor(at / columns), at % columns),
  );
}

const FIRST = matrix(SIZE, HIDDEN, (j, i) => 0.35 * Math.sin(0.7 * i + 1.3 * j + 0.5));
const BIAS = matrix(1, HIDDEN, (_, i) => 0.1 * Math.cos(i));
const SECOND = matrix(HIDDEN, CLASSES, (i, k) => 0.8 * Math.cos(0.9 * k - 0.6 * i));

/** The golden file's net: 48 → 16 tanh → 5, weights by formulas, on values in channel-first order. */
export const formulaNet: Predict = (images) =>
  tf.tidy(() => {
    const flat = tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [-1, SIZE]);
    const sums = tf.matMul(flat, tf.tensor2d(FIRST, [SIZE, HIDDEN]));
    const hidden = tf.tanh(tf.add(sums, tf.tensor2d(BIAS, [1, HIDDEN])));
    return tf.matMul(hidden, tf.tensor2d(SECOND, [HIDDEN, CLASSES])) as tf.Tensor2D;
  });

/** The golden file's six images with their labels. */
export function formulaBatch(): AttackBatch {
  const nchw = Array.from({ length: COUNT * SIZE }, (_, at) => {
    const [n, p] = [Math.floor(at / SIZE), at % SIZE];
    return 0.5 + 0.45 * Math.sin(0.37 * p + 1.1 * n);
  });
  return {
    images: channelsLast(nchw),
    shape: [COUNT, SIDE, SIDE, CHANNEL],
    labels: golden.y as number[],
  };
}

/** [image, channel, height, width], nested or flat, to [image, height, width, channel], flat. */
export function channelsLast(nested: readonly unknown[]): Float32Array {
  const nchw = (nested as unknown[][]).flat(3) as unknown as number[];
  const pixels = SIDE * SIDE;
  return Float32Array.from(nchw, (_, at) => {
    const [n, within] = [Math.floor(at / SIZE), at % SIZE];
    return nchw[n * SIZE + (within % CHANNEL) * pixels + Math.floor(within / CHANNEL)] as number;
  });
}
