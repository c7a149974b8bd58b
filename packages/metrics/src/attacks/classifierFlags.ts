import { asUnitImages, type Predict, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
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
const PROBABILITY = 1e-5;

/**
 * Looks for what makes AutoAttack unreliable, before it runs: AutoAttack's own checks.
 *
 * @param batch some images of the data set
 * @returns flags: "randomised" where five predictions differ, "dynamic" where predicting computes gradients,
 * "few-classes" where there are fewer targets than the protocol's nine
 *
 * @throws {ValueError} if `predict` returns probabilities, or there are too few classes for an attack
 */
export async function classifierFlags(
  predict: Predict,
  batch: AttackBatch,
  { attacks }: AttackPlan,
): Promise<RobustnessFlag[]> {
  const { images, shape } = openBatch("classifierFlags", batch);
  const looks = Array.from({ length: LOOKS }, () => hostLogits(predict, images, shape));
  const first = looks[0] as HostLogits;
  assertNoProbabilities(first);
  const flags: RobustnessFlag[] = [];
  if (looks.some((look) => distance(look, first) > SAME)) {
    flags.push({
      code: "randomised",
      message: "predictions of the same images differ: use AutoAttack's version rand",
    });
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

/** Throws where every row is a distribution over the classes. */
function assertNoProbabilities({ values, classes }: HostLogits): void {
  let [row, sum] = [0, 0];
  for (const [at, value] of values.entries()) {
    if (!(value > -PROBABILITY && value < 1 + PROBABILITY)) return;
    sum = at % classes === 0 ? value : sum + value;
    if (at % classes !== classes - 1) continue;
    if (Math.abs(sum - 1) > PROBABILITY) return;
    row++;
  }
  if (row === 0) return;
  throw new ValueError("predict", {
    expected: "logits (the values before softmax)",
    actual: `probabilities, for example ${show([...values.subarray(0, Math.min(classes, 4))])}`,
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
async function computesGradients(predict: Predict, batch: AttackBatch): Promise<boolean> {
  const { images, shape } = openBatch("classifierFlags", batch);
  const input = asUnitImages(tf.tensor4d(images, [...shape]));
  const { kernelNames } = await tf.profile(() => predict(input).dispose());
  input.dispose();
  return kernelNames.some((name) => /Grad|Backprop/.test(name));
}
