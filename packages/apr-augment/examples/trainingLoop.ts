/**
 * @file APR-SP in a training loop of one's own, of plain TensorFlow.js.
 *
 *     node --import tsx examples/trainingLoop.ts        (in this repository: --conditions=@apr-kit/source, too)
 *
 * Only the lines between "augment" and "train" belong to APR; everything else is any TensorFlow.js program.
 */
import { aprSinglePair, normalize, STATISTICS } from "@apr-kit/apr-augment";
import { startEngine } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";

const [BATCH, SIDE, CLASSES] = [16, 8, 2];
await startEngine({ engine: "cpu" }); // or, without the engine package: import "@tensorflow/tfjs"

// data: bytes in memory; class 0 is bright on the left, class 1 at the top
const labels = Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES);
const data = Uint8Array.from({ length: BATCH * SIDE * SIDE * 3 }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE) % SIDE];
  const isBright = labels[Math.floor(i / (SIDE * SIDE * 3))] === 0 ? x < 4 : y < 4;
  return (isBright ? 190 : 40) + ((i * 2654435761) % 50);
});
const samples = Int32Array.from({ length: BATCH }, (_, i) => i); // places in the data set

// model: logits = W · images + b
const weights = tf.variable(tf.zeros([SIDE * SIDE * 3, CLASSES]));
const bias = tf.variable(tf.zeros([CLASSES]));
const logitsOf = (images: tf.Tensor) =>
  tf.add(tf.matMul(tf.reshape(images, [images.shape[0]!, -1]), weights), bias);
const optimizer = tf.train.sgd(0.02);

const losses: number[] = [];
for (let epoch = 0; epoch < 40; epoch++) {
  const loss = tf.tidy(() => {
    // augment
    const pixels = { data, shape: [BATCH, SIDE, SIDE, 3] as const };
    const { images, mixed, isMixed } = aprSinglePair(pixels, {
      seed: 1,
      epoch,
      samples,
      crop: { padding: 1 },
    });
    const clean = normalize(images, STATISTICS.cifar10);
    const second = isMixed ? normalize(mixed, STATISTICS.cifar10) : clean;
    // train: one forward pass over both halves, the sum of their mean losses
    const both = tf.concat([clean, second]);
    const oneHot = tf.oneHot(tf.concat([tf.tensor1d(labels), tf.tensor1d(labels)]), CLASSES);
    const lossOf = () => {
      const logProbabilities = tf.logSoftmax(logitsOf(both) as tf.Tensor2D);
      return tf.mul(tf.mean(tf.sum(tf.mul(oneHot, logProbabilities), 1)), -2) as tf.Scalar;
    };
    return (optimizer.minimize(lossOf, true) as tf.Scalar).dataSync()[0]!;
  });
  losses.push(loss);
}
console.log(`loss ${losses[0]!.toFixed(3)} → ${losses.at(-1)!.toFixed(3)}`);
