import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import type { Measurement, StreamingMetric } from "../streamingMetric.ts";
import { assertNotEmpty } from "../topKAccuracy.ts";
import type { FrameReference } from "./perturbations.ts";

export interface FlipOptions {
  /** See frameReference. */
  readonly against: FrameReference;
}

/** Predicted classes of some videos that all have `frames` frames. */
export interface PredictedVideos {
  /** [videos, frames], row-major. */
  readonly predictions: ArrayLike<number>;
  readonly frames: number;
}

/** Sum over videos of one number each. */
export interface VideoSum {
  readonly sum: number;
  readonly videos: number;
}

/**
 * Returns how often the predicted class changes along perturbation videos.
 *
 *     FP = mean over videos of (1/(frames - 1)) Σ_{j ≥ 2} 1[f(x_j) ≠ f(x_r)],   r = j - 1 or 1
 *
 * @returns a fraction; every video weighs the same, however many frames it has
 *
 * @throws {ShapeError} if there are no whole videos
 * @throws {ValueError} if frames is below 2, a prediction is no class index, or there is no video
 * @example
 * flipProbability({ predictions: [1, 1, 2, 1], frames: 4 }, { against: "previous" }).value; // 0.6667
 * flipProbability({ predictions: [1, 1, 2, 1], frames: 4 }, { against: "first" }).value; // 0.3333
 *
 * @see Hendrycks & Dietterich, ICLR 2019, §4.2.
 */
export function flipProbability(videos: PredictedVideos, options: FlipOptions): Measurement {
  const metric = flipProbabilityMetric(options);
  return metric.compute(metric.update(metric.init(), videos));
}

/** Streaming form of {@link flipProbability}; batches may differ in frames. */
export function flipProbabilityMetric({
  against,
}: FlipOptions): StreamingMetric<VideoSum, PredictedVideos, Measurement> {
  assertReference("flipProbability", against);
  return {
    init: () => ({ sum: 0, videos: 0 }),
    update({ sum, videos }, { predictions, frames }) {
      const count = assertVideos("flipProbability", predictions.length, frames);
      let total = sum;
      for (let video = 0; video < count; video++) {
        let flips = 0;
        for (let j = 1; j < frames; j++) {
          const reference = against === "first" ? 0 : j - 1;
          const now = classAt(predictions, video * frames + j);
          if (now !== classAt(predictions, video * frames + reference)) flips++;
        }
        total += flips / (frames - 1);
      }
      return { sum: total, videos: videos + count };
    },
    compute({ sum, videos }) {
      assertNotEmpty("flipProbability", videos);
      const convention = `share of frames whose class differs from that of the ${against} frame, mean over ${videos} videos`;
      return { value: sum / videos, convention };
    },
  };
}

/** Throws a ValueError for a reference that is none. */
export function assertReference(where: string, against: FrameReference): void {
  if (against === "previous" || against === "first") return;
  throw new ValueError(where, {
    expected: 'against to be "previous" or "first"',
    actual: show(against),
  });
}

/** Throws unless `length` is a whole number of videos, of at least two frames; returns how many. */
export function assertVideos(where: string, length: number, frames: number): number {
  if (!(Number.isInteger(frames) && frames >= 2)) {
    throw new ValueError(where, { expected: "frames to be an integer ≥ 2", actual: show(frames) });
  }
  if (length % frames === 0) return length / frames;
  throw new ShapeError(where, {
    expected: `videos of ${frames} frames each`,
    actual: `${length} frames in all`,
  });
}

function classAt(predictions: ArrayLike<number>, index: number): number {
  const predicted = predictions[index] as number;
  if (Number.isInteger(predicted) && predicted >= 0) return predicted;
  throw new ValueError("flipProbability", {
    expected: `predictions[${index}] to be a class index`,
    actual: show(predicted),
  });
}
