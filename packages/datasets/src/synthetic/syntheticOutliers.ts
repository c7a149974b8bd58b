import { createRng, type PixelBatch, type Rng, show, ValueError } from "@apr-kit/contracts";
import { bernoulliBlobs } from "./bernoulliBlobs.ts";

/** Images of nothing, to see whether a classifier knows that it does not know them. */
export type OutlierKind = "gaussian" | "uniform" | "rademacher" | "blobs";

export const outlierKinds: readonly OutlierKind[] = ["gaussian", "uniform", "rademacher", "blobs"];

export interface OutlierOptions {
  readonly size: number;
  /** Default [32, 32, 3]. */
  readonly shape?: readonly [height: number, width: number, channel: number];
  readonly seed: number;
}

/**
 * Makes images of noise or of shapeless blobs.
 *
 *     gaussian:    1/2 + N(0, 1/4), cut to [0, 1]        uniform:  U(0, 1)
 *     rademacher:  0 or 1, each with chance 1/2          blobs:    smoothed Bernoulli(0.7), 0 where below 0.75
 *
 * @returns bytes, [size, height, width, channel]
 *
 * Convention: every value of every channel is drawn on its own; published code draws "gaussian" as N(0, 1/2) and
 * "rademacher" as -1 or 1 on the scale [-1, 1]. Values are rounded to bytes. Blobs are smoothed over channels as well,
 * see bernoulliBlobs.
 * Randomness: the stream { seed, sample, purpose "datasets.outliers.<kind>" }, one draw per value in memory order; image n is
 * the same in every size.
 *
 * @throws {ValueError} if kind is unknown, or size or shape is no positive integer
 * @example
 * syntheticOutliers("rademacher", { size: 2000, seed: 1 }).shape; // [2000, 32, 32, 3]
 *
 * @see Hendrycks, Mazeika & Dietterich, Deep Anomaly Detection with Outlier Exposure, ICLR 2019, §4.1 and appendix.
 */
export function syntheticOutliers(
  kind: OutlierKind,
  { size, shape = [32, 32, 3], seed }: OutlierOptions,
): PixelBatch {
  assertOptions(kind, [size, ...shape]);
  const [height, width, channel] = shape;
  const values = height * width * channel;
  const data = new Uint8Array(size * values);
  for (let sample = 0; sample < size; sample++) {
    const rng = createRng({ seed, sample, purpose: `datasets.outliers.${kind}` });
    const image = makers[kind](rng, shape);
    for (let i = 0; i < values; i++) {
      const value = Math.min(1, Math.max(0, image[i] as number));
      data[sample * values + i] = Math.round(255 * value);
    }
  }
  return { data, shape: [size, height, width, channel] };
}

type Shape = readonly [height: number, width: number, channel: number];

const draw = ([height, width, channel]: Shape, next: () => number): Float64Array =>
  Float64Array.from({ length: height * width * channel }, next);

const makers: Readonly<Record<OutlierKind, (rng: Rng, shape: Shape) => Float64Array>> = {
  gaussian: (rng, shape) => draw(shape, () => 0.5 + 0.25 * rng.normal()),
  uniform: (rng, shape) => draw(shape, () => rng.uniform()),
  rademacher: (rng, shape) => draw(shape, () => rng.integer(2)),
  blobs: bernoulliBlobs,
};

function assertOptions(kind: OutlierKind, sides: readonly number[]): void {
  if (!outlierKinds.includes(kind)) {
    throw new ValueError("syntheticOutliers", {
      expected: `kind to be one of ${outlierKinds.join(", ")}`,
      actual: show(kind),
    });
  }
  if (sides.every((side) => Number.isInteger(side) && side >= 1)) return;
  throw new ValueError("syntheticOutliers", {
    expected: "size and shape to be integers ≥ 1",
    actual: show(sides),
  });
}
