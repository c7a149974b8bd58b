import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { assertClasses } from "../assertScores.ts";
import type { Measurement, StreamingMetric } from "../streamingMetric.ts";
import { assertNotEmpty } from "../topKAccuracy.ts";
import {
  assertReference,
  assertVideos,
  type FlipOptions,
  type VideoSum,
} from "./flipProbability.ts";

export interface TopFiveOptions extends FlipOptions {
  readonly classes: number;
}

/** Scores of some videos that all have `frames` frames. */
export interface ScoredVideos {
  /** [videos, frames, classes], row-major, logits or probabilities. */
  readonly scores: ArrayLike<number>;
  readonly frames: number;
}

/**
 * Returns how far the five best classes of a frame move in the ranking of its reference frame.
 *
 *     T5D = Σ_{i=1..5} |C(i) - C(σ_i)|,   C(k) = min(k - 1, 5),   mean over frames ≥ 2, then over videos
 *
 * σ_i is the rank in the frame of the class that the reference frame ranks i-th.
 *
 * @returns a number ≥ 0, not divided by AlexNet's
 *
 * Convention: of equal scores the lower index ranks first.
 * Cost: O(classes) per frame.
 *
 * @throws {ShapeError} if there are no whole videos
 * @throws {ValueError} if classes is below 5, frames is below 2, a score is NaN, or there is no video
 * @example
 * const [first, second] = [[5, 4, 3, 2, 1], [4, 5, 3, 2, 1]]; // the two best change places
 * topFiveDistance({ scores: [...first, ...second], frames: 2 }, { classes: 5, against: "previous" }).value; // 2
 *
 * @see Hendrycks & Dietterich, ICLR 2019, §4.2.
 */
export function topFiveDistance(videos: ScoredVideos, options: TopFiveOptions): Measurement {
  const metric = topFiveDistanceMetric(options);
  return metric.compute(metric.update(metric.init(), videos));
}

/** Streaming form of {@link topFiveDistance}; batches may differ in frames. */
export function topFiveDistanceMetric({
  classes,
  against,
}: TopFiveOptions): StreamingMetric<VideoSum, ScoredVideos, Measurement> {
  const where = "topFiveDistance";
  assertClasses(where, classes);
  assertReference(where, against);
  if (classes < 5) {
    throw new ValueError(where, { expected: "at least 5 classes", actual: show(classes) });
  }
  return {
    init: () => ({ sum: 0, videos: 0 }),
    update({ sum, videos }, { scores, frames }) {
      if (scores.length % classes !== 0) {
        throw new ShapeError(where, {
          expected: `scores of a length divisible by ${classes} classes`,
          actual: `${scores.length} values`,
        });
      }
      const count = assertVideos(where, scores.length / classes, frames);
      let total = sum;
      for (let video = 0; video < count; video++) {
        const frame = (j: number) => (video * frames + j) * classes;
        let distance = 0;
        for (let j = 1; j < frames; j++) {
          const reference = frame(against === "first" ? 0 : j - 1);
          distance += frameDistance(scores, reference, frame(j), classes);
        }
        total += distance / (frames - 1);
      }
      return { sum: total, videos: videos + count };
    },
    compute({ sum, videos }) {
      assertNotEmpty(where, videos);
      const convention = `top-5 distance to the ${against} frame, mean over ${videos} videos, not divided by AlexNet's`;
      return { value: sum / videos, convention };
    },
  };
}

function frameDistance(
  scores: ArrayLike<number>,
  reference: number,
  frame: number,
  classes: number,
): number {
  let distance = 0;
  const best = bestFive(scores, reference, classes);
  for (let i = 0; i < best.length; i++) {
    const moved = Math.min(rankOf(scores, frame, best[i] as number, classes), 5);
    distance += Math.abs(i - moved);
  }
  return distance;
}

/** Classes by descending score, the first five. */
function bestFive(scores: ArrayLike<number>, start: number, classes: number): number[] {
  const best: number[] = [];
  for (let k = 0; k < classes; k++) {
    const score = scoreAt(scores, start + k);
    let place = best.length;
    while (place > 0 && score > scoreAt(scores, start + (best[place - 1] as number))) place--;
    if (place < 5) best.splice(place, 0, k);
    if (best.length > 5) best.pop();
  }
  return best;
}

/** How many classes rank before `own`. */
function rankOf(scores: ArrayLike<number>, start: number, own: number, classes: number): number {
  const mine = scoreAt(scores, start + own);
  let rank = 0;
  for (let k = 0; k < classes; k++) {
    const score = scoreAt(scores, start + k);
    if (score > mine || (score === mine && k < own)) rank++;
  }
  return rank;
}

function scoreAt(scores: ArrayLike<number>, index: number): number {
  const score = scores[index] as number;
  if (!Number.isNaN(score)) return score;
  throw new ValueError("topFiveDistance", {
    expected: `scores[${index}] to be a number`,
    actual: "NaN",
  });
}
