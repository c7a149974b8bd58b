import { asNormalizedImages, type NormalizedImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { fromStateDict, type HostTensor, type Model } from "../src/index.ts";
import { pyTorchShape } from "../src/pyTorchLayout.ts";

/** What golden/makeGolden.py states, stated again. */
export const BATCH = 4;
export const NUM_CLASSES = 3;
export const LEARNING_RATE = 0.01;
export const STEPS = 3;
export const SEED = 7;
const SIDES: Readonly<Record<string, number>> = {
  allconv: 32,
  "resnet18-imagenet": 64,
  resnet50: 64,
};

/** Numbers on [0, 1): a linear congruential generator started by the FNV-1a hash of the name. */
export function uniforms(name: string, size: number): Float64Array {
  let state = 0x811c9dc5;
  for (const char of name) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  return Float64Array.from({ length: size }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** Parameters of `model` with which no batch norm is trivial. */
export function formulaParameters(model: Model): Map<string, tf.Variable> {
  const tensors = new Map<string, HostTensor>();
  for (const { name, shape: ours } of model.parameters) {
    const shape = pyTorchShape(ours);
    const size = tf.util.sizeFromShape([...shape]);
    const isVector = shape.length === 1;
    const bound = Math.sqrt(6 / (size / (shape[0] as number)));
    const isPositive = name.endsWith("running_var") || name.endsWith("weight");
    const values = Float32Array.from(uniforms(name, size), (u) => {
      if (!isVector) return (2 * u - 1) * bound;
      return isPositive ? 0.5 + u : u - 0.5;
    });
    tensors.set(name, { dtype: "F32", shape, values });
  }
  return fromStateDict(model, tensors);
}

/** Images of training step `step`, drawn channels first and laid out channels last. */
export function formulaImages(step: number, { name }: Model): NormalizedImages {
  const side = SIDES[name] ?? 16;
  const drawn = uniforms(`images.${step}`, BATCH * 3 * side * side);
  const values = Float32Array.from(drawn, (u) => 4 * Math.fround(u) - 2);
  return tf.tidy(() =>
    asNormalizedImages(tf.transpose(tf.tensor4d(values, [BATCH, 3, side, side]), [0, 2, 3, 1])),
  );
}

/** Mean cross-entropy against the labels 0, 1, 2, 0. */
export function formulaLoss(logits: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const oneHot = tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0], [BATCH, NUM_CLASSES]);
    return tf.neg(tf.div(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot)), BATCH));
  });
}
