import { createRng, type Predict, type Rng } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { ascend } from "./ascend.ts";
import { assertBall, assertPositiveInteger } from "./assertOptions.ts";
import { type AttackBatch, type AttackRows, openBatch, rowOf, takeRows } from "./attackBatch.ts";
import { type AttackOutcome, brokenRows, type CommonOptions, survivors } from "./attackOutcome.ts";
import { crossEntropyLoss } from "./crossEntropyLoss.ts";
import { lossAndGradient } from "./lossAndGradient.ts";
import { type Ball, projectOntoBall } from "./projectOntoBall.ts";
import { randomDirection } from "./randomDirection.ts";

export interface PgdOptions extends Ball, CommonOptions {
  /** Default 10. */
  readonly steps?: number;
  /** On the [0, 1] pixel scale, default epsilon / 4. */
  readonly stepSize?: number;
  /** Further starts, for the images that survived the former ones; default 1. */
  readonly restarts?: number;
  /** Start within the ball (default) or at the image. */
  readonly randomStart?: boolean;
}

/**
 * Runs projected gradient ascent on the cross-entropy.
 *
 *     z ← project(z + stepSize · direction(∂ cross-entropy / ∂ z))
 *     direction: sign (Linf), unit length (L2)
 *
 * @param predict a differentiable classifier of [0, 1] images
 * @returns the last iterates, misclassified or not; of several starts the first that succeeds, else the last
 *
 * Randomness: a start draws its image's values from (seed, "pgd.start", restart, sample): uniform on
 * (-ε, ε) for Linf; for L2 a normal direction, its length uniform on (0, ε).
 *
 * @throws {ShapeError | ValueError} if the batch or an option is malformed, or `predict` returns no logits
 *
 * @see Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018, §2.1.
 */
export async function pgd(
  predict: Predict,
  batch: AttackBatch,
  options: PgdOptions,
): Promise<AttackOutcome> {
  const rows = openBatch("pgd", batch);
  const { steps = 10, restarts = 1 } = options;
  assertBall("pgd", options);
  assertPositiveInteger("pgd", "steps", steps);
  assertPositiveInteger("pgd", "restarts", restarts);
  const images = rows.images.slice();
  const isBroken = new Uint8Array(rows.labels.length);
  let zeroGradients = 0;
  for (let restart = 0; restart < restarts; restart++) {
    const chosen = survivors(isBroken);
    if (chosen.length === 0) break;
    const found = await pgdRun(predict, takeRows(rows, chosen), { ...options, steps, restart });
    chosen.forEach((row, k) => {
      images.set(rowOf(found.images, k, rows.size), row * rows.size);
      isBroken[row] = found.isBroken[k] as number;
    });
    if (restart === 0) zeroGradients = found.zeroGradients;
  }
  return { images, isBroken, zeroGradients };
}

interface RunOptions extends PgdOptions {
  readonly steps: number;
  readonly restart: number;
}

async function pgdRun(
  predict: Predict,
  rows: AttackRows,
  { steps, restart, seed = 0, randomStart = true, onProgress, ...options }: RunOptions,
): Promise<AttackOutcome> {
  const { norm, epsilon, stepSize = epsilon / 4 } = options;
  const { size, labels, shape } = rows;
  const images = rows.images.slice();
  if (randomStart) {
    labels.forEach((_, row) => {
      const sample = rows.samples[row] as number;
      const rng = createRng({ seed, purpose: "pgd.start", epoch: restart, sample });
      start(rowOf(images, row, size), { norm, epsilon }, rng);
    });
  }
  let zeroGradients = 0;
  for (let step = 0; step < steps; step++) {
    const { gradients } = lossAndGradient(predict, images, shape, (logits, row) =>
      crossEntropyLoss(logits, labels[row] as number),
    );
    for (let row = 0; row < labels.length; row++) {
      const gradient = rowOf(gradients, row, size);
      if (step === 0 && gradient.every((slope) => slope === 0)) zeroGradients++;
      const image = rowOf(images, row, size);
      ascend(image, gradient, { norm, stepSize });
      projectOntoBall(image, rowOf(rows.images, row, size), { norm, epsilon });
    }
    const [done, total] = [(step + 1) * labels.length, steps * labels.length];
    onProgress?.({ task: "pgd", done, total, unit: "steps" });
    await tf.nextFrame(); // lets signals and the bar through
  }
  return { images, isBroken: await brokenRows(predict, { ...rows, images }), zeroGradients };
}

function start(image: Float32Array, { norm, epsilon }: Ball, rng: Rng): void {
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  if (norm === "Linf") {
    image.forEach((value, p) => {
      image[p] = clip(value + epsilon * (2 * rng.uniform() - 1));
    });
    return;
  }
  const direction = randomDirection(norm, rng, image.length);
  const length = epsilon * rng.uniform();
  image.forEach((value, p) => {
    image[p] = clip(value + length * (direction[p] as number));
  });
}
