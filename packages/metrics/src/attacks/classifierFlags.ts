import { asUnitImages, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { AsyncPredict } from "./asyncPredict.ts";
import { type AttackBatch, openBatch } from "./attackBatch.ts";
import type { AttackPlan } from "./autoAttack.ts";
import { type HostLogits, hostLogits } from "./hostLogits.ts";

/** A reason to doubt a robust accuracy. */
export interface RobustnessFlag {
  readonly code: "randomised" | "dynamic" | "few-classes" | "zero-gradients" | "square-wins";
  readonly message: string;
}

const LOOKS = 5;
const SAME = 1e-4; // of logits scaled to length 1
const SAME_IN_ANY_BATCH = 0.05; // likewise; far above rounding, reduced precision included

/**
 * Looks for what makes AutoAttack unreliable, before it runs: AutoAttack's own checks.
 *
 * @param batch some images of the data set
 * @returns flags: "randomised" where five predictions differ, "dynamic" where predicting computes gradients,
 * "few-classes" where there are fewer targets than the protocol's nine
 *
 * @throws {ValueError} if `predict` returns probabilities, an image's logits depend on the images beside it (a model
 * in training mode), or there are too few classes for an attack
 */
export async function classifierFlags(
  predict: AsyncPredict,
  batch: AttackBatch,
  { attacks }: AttackPlan,
): Promise<RobustnessFlag[]> {
  const { images, shape } = openBatch("classifierFlags", batch);
  const first = await hostLogits(predict, images, shape);
  let largest = 0;
  for (let look = 1; look < LOOKS; look++) {
    largest = Math.max(largest, distance(await hostLogits(predict, images, shape), first));
  }
  const flags: RobustnessFlag[] = [];
  if (largest > SAME) {
    flags.push({
      code: "randomised",
      message: "predictions of the same images differ: use AutoAttack's version rand",
    });
  } else {
    await assertInference(predict, batch, first);
  }
  if (await computesGradients(predict, batch)) {
    flags.push({
      code: "dynamic",
      message: "predicting runs gradient kernels: a defence that adapts may deceive fixed attacks",
    });
  }
  flags.push(...classFlags(first.classes, attacks));
  return flags;
}

function classFlags(classes: number, attacks: AttackPlan["attacks"]): RobustnessFlag[] {
  const least = attacks.includes("apgd-t") ? 4 : attacks.includes("apgd-dlr") ? 3 : 2;
  if (classes < least) {
    throw new ValueError("classifierFlags", {
      expected: `at least ${least} classes for the difference-of-logits ratio`,
      actual: `${classes}`,
    });
  }
  const isTargeted = attacks.includes("apgd-t") || attacks.includes("fab-t");
  if (!isTargeted || classes >= 10) return [];
  const message = `${classes - 1} target classes instead of the protocol's 9`;
  return [{ code: "few-classes", message }];
}

/** Throws where the first half of the images has other logits without the second half. */
async function assertInference(
  predict: AsyncPredict,
  { images, shape }: AttackBatch,
  together: HostLogits,
): Promise<void> {
  const [count, height, width, channel] = shape;
  const half = Math.floor(count / 2);
  if (half === 0) return;
  const part = images.subarray(0, half * height * width * channel);
  const alone = await hostLogits(predict, part, [half, height, width, channel]);
  const values = together.values.subarray(0, alone.values.length);
  const change = distance(alone, { ...together, values });
  if (change <= SAME_IN_ANY_BATCH) return;
  throw new ValueError("predict", {
    expected: "the same logits for an image in any batch (a model in inference mode)",
    actual: `logits that change by ${(100 * change).toFixed(1)} % of their length with the batch`,
  });
}

/** Largest distance between rows of length 1. */
function distance(a: HostLogits, b: HostLogits): number {
  const { classes } = a;
  let largest = 0;
  for (let start = 0; start < a.values.length; start += classes) {
    const unit = ({ values }: HostLogits) => {
      const row = values.subarray(start, start + classes);
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) + 1e-10;
      return Array.from(row, (value) => value / length);
    };
    const other = unit(b);
    const squares = unit(a).map((value, k) => (value - (other[k] as number)) ** 2);
    largest = Math.max(largest, Math.sqrt(squares.reduce((sum, value) => sum + value, 0)));
  }
  return largest;
}

/** Whether a plain prediction runs kernels that only gradients need. */
async function computesGradients(predict: AsyncPredict, batch: AttackBatch): Promise<boolean> {
  const { images, shape } = openBatch("classifierFlags", batch);
  const input = asUnitImages(tf.tensor4d(images, [...shape]));
  const { kernelNames } = await tf.profile(async () => {
    (await predict(input)).dispose();
  });
  input.dispose();
  return kernelNames.some((name) => /Grad|Backprop/.test(name));
}
