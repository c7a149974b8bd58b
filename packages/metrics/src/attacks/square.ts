import type { Rng } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertBall, assertPositiveInteger } from "./assertOptions.ts";
import type { AsyncPredict } from "./asyncPredict.ts";
import { type AttackBatch, type AttackRows, gatherRows, openBatch, rowOf } from "./attackBatch.ts";
import {
  type AttackOutcome,
  attackSurvivors,
  type CommonOptions,
  cleanOutcome,
} from "./attackOutcome.ts";
import { type HostLogits, hostLogits } from "./hostLogits.ts";
import type { Ball } from "./projectOntoBall.ts";
import { largestLogit } from "./rankedClass.ts";
import { squareL2 } from "./squareL2.ts";
import { squareLinf } from "./squareLinf.ts";
import { sharedDraws } from "./squareWindow.ts";

export interface SquareOptions extends Ball, CommonOptions {
  /** Proposals per image, default 5000. */
  readonly queries?: number;
}

/** How Square moves in one ball. `plan` draws what the images share; all change points in place. */
export interface SquareMoves {
  start(point: Float32Array, clean: Float32Array, sample: number): void;
  plan(
    iteration: number,
    shared: Rng,
  ): (point: Float32Array, clean: Float32Array, sample: number) => void;
}

/**
 * Runs Square: random search over squares, by the logits alone.
 *
 *     accept a proposal where margin = z_label - max_{k ≠ label} z_k falls, or the image is misclassified
 *
 * @param predict any classifier of [0, 1] images, also one that answers later; no gradient is asked for
 * @returns the first misclassified point of each image, the clean image where there is none
 *
 * Convention: p = .8 with the schedule of {@link squareSide}, not rescaled to the number of queries; an image
 * leaves once it is misclassified; as in AutoAttack.
 * Randomness: (seed, "square.window", iteration) for what images share; signs by sample.
 *
 * @throws {ShapeError | ValueError} if the batch or an option is malformed, or `predict` returns no logits
 *
 * @see Andriushchenko et al., Square Attack, ECCV 2020, Algorithms 1 to 3.
 *      Differs from fra31/auto-attack in: draws; a tie of logits is a success only if
 *      argmax gives another class.
 */
export async function square(
  predict: AsyncPredict,
  batch: AttackBatch,
  options: SquareOptions,
): Promise<AttackOutcome> {
  const rows = openBatch("square", batch);
  const { queries = 5000 } = options;
  assertBall("square", options);
  assertPositiveInteger("square", "queries", queries);
  return attackSurvivors(rows, await cleanOutcome(predict, rows), (chosen) =>
    search(predict, chosen, { ...options, queries }),
  );
}

async function search(
  predict: AsyncPredict,
  rows: AttackRows,
  { norm, epsilon, queries, seed = 0, onProgress }: SquareOptions & { readonly queries: number },
): Promise<AttackOutcome> {
  const { size, labels, samples } = rows;
  const [batch, height, width, channel] = rows.shape;
  const moves = (norm === "Linf" ? squareLinf : squareL2)(
    { height, width, channel },
    epsilon,
    seed,
  );
  const points = rows.images.slice();
  const isBroken = new Uint8Array(batch);
  const margins = new Float64Array(batch).fill(Number.POSITIVE_INFINITY);
  let active = [...labels.keys()];

  const tryMove = async (move: SquareMoves["start"]) => {
    const proposals = gatherRows(points, active, size);
    active.forEach((row, k) => {
      const clean = rowOf(rows.images, row, size);
      move(rowOf(proposals, k, size), clean, samples[row] as number);
    });
    const logits = await hostLogits(predict, proposals, [active.length, height, width, channel]);
    active.forEach((row, k) => {
      const label = labels[row] as number;
      const found = margin(logits, k, label);
      isBroken[row] = largestLogit(logits, k) === label ? 0 : 1;
      if (!(found < (margins[row] as number)) && isBroken[row] === 0) return;
      margins[row] = found;
      points.set(rowOf(proposals, k, size), row * size);
    });
    active = active.filter((row) => isBroken[row] === 0);
  };

  await tryMove(moves.start);
  for (let i = 0; i < queries && active.length > 0; i++) {
    await tryMove(moves.plan(i, sharedDraws(seed, i)));
    const [total, remaining] = [batch * queries, active.length * (queries - i - 1)];
    onProgress?.({ task: "square", done: total - remaining, total, unit: "steps" });
    await tf.nextFrame(); // lets signals and the bar through
  }
  active.forEach((row) => {
    points.set(rowOf(rows.images, row, size), row * size);
  });
  return { images: points, isBroken, zeroGradients: 0 };
}

function margin({ values, classes }: HostLogits, row: number, label: number): number {
  const logits = values.subarray(row * classes, (row + 1) * classes);
  let rival = Number.NEGATIVE_INFINITY;
  logits.forEach((value, k) => {
    if (k !== label && value > rival) rival = value;
  });
  return (logits[label] as number) - rival;
}
