import * as tf from "@tensorflow/tfjs-core";
import { type EngineInfo, engineInfo } from "./engineInfo.ts";
import { cacheDefect } from "./provision/cacheDefect.ts";
import { startEngine } from "./startEngine.ts";

/** One comparison with a known value. */
export interface Check {
  readonly name: string;
  readonly isGood: boolean;
  /** What was found: the largest deviation, or the defect. */
  readonly detail: string;
}

export interface EngineCheck {
  readonly engine: EngineInfo;
  readonly checks: readonly Check[];
  readonly isGood: boolean;
}

/**
 * Runs a few operations on the running engine, which is started if none runs, against known values.
 *
 * Convention: values are small whole numbers, so float32 must give them exactly. For TensorFlow the
 * files are also compared with the hashes of the day they were installed; that reads them all.
 *
 * @returns the report; it never throws for a wrong value
 */
export async function checkEngine(): Promise<EngineCheck> {
  const engine = engineInfo() ?? (await startEngine());
  const checks = [
    compare("matMul", [19, 22, 43, 50], matMul),
    compare("conv2d", [12, 16, 24, 28], convolve),
    compare("gradient of conv2d by its filter", [12, 16, 24, 28], filterGradient),
    compare("gradient of conv2d by its input", [1, 3, 2, 4, 10, 6, 3, 7, 4], inputGradient),
  ];
  if (engine.engine === "tensorflow") checks.push(await checkFiles());
  return { engine, checks, isGood: checks.every(({ isGood }) => isGood) };
}

function matMul(): tf.Tensor {
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  return tf.matMul(a, tf.tensor2d([5, 6, 7, 8], [2, 2]));
}

/** 3×3 image of 1..9. */
function image(): tf.Tensor4D {
  return tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
}

function filter(values: number[]): tf.Tensor4D {
  return tf.tensor4d(values, [2, 2, 1, 1]);
}

/** Sums of all 2×2 windows: 1+2+4+5 = 12, and so on. */
function convolve(): tf.Tensor {
  return tf.conv2d(image(), filter([1, 1, 1, 1]), 1, "valid");
}

/** d(sum of outputs)/d(filter) = the sum of the image under each filter element. */
function filterGradient(): tf.Tensor {
  const sum = (weights: tf.Tensor4D) => tf.sum(tf.conv2d(image(), weights, 1, "valid"));
  return tf.grad((weights) => sum(weights as tf.Tensor4D))(filter([1, 1, 1, 1]));
}

/** d(sum of outputs)/d(image) = how often and by which weight each pixel is used. */
function inputGradient(): tf.Tensor {
  const weights = filter([1, 2, 3, 4]);
  const sum = (images: tf.Tensor4D) => tf.sum(tf.conv2d(images, weights, 1, "valid"));
  return tf.grad((images) => sum(images as tf.Tensor4D))(image());
}

function compare(name: string, expected: readonly number[], run: () => tf.Tensor): Check {
  try {
    const actual = tf.tidy(() => run().dataSync());
    const worst = Math.max(
      ...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))),
    );
    return { name, isGood: worst === 0, detail: `largest deviation ${worst}` };
  } catch (error) {
    return { name, isGood: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function checkFiles(): Promise<Check> {
  const defect = await cacheDefect();
  const name = "files of TensorFlow";
  if (defect === undefined) return { name, isGood: true, detail: "as installed" };
  return { name, isGood: false, detail: `${defect}; run \`apr engine install\`` };
}
