import type { Rng } from "@apr-kit/contracts";

const SHARE_OF_ONES = 0.7;
const SIGMA = 1.5;
const RADIUS = 6; // four sigma
const THRESHOLD = 0.75;

/**
 * Makes one image of bright shapes with definite edges on black.
 *
 * Convention: Bernoulli(0.7) values, Gaussian blur of sigma 1.5 cut at 4 sigma along height, width and channel with edges
 * repeated, then 0 wherever the result is below 0.75.
 *
 * @returns values in [0, 1], [height, width, channel] row-major
 */
export function bernoulliBlobs(
  rng: Rng,
  [height, width, channel]: readonly [height: number, width: number, channel: number],
): Float64Array {
  const size = height * width * channel;
  let values = Float64Array.from({ length: size }, () => (rng.uniform() < SHARE_OF_ONES ? 1 : 0));
  for (const [length, stride] of [
    [height, width * channel],
    [width, channel],
    [channel, 1],
  ] as const) {
    values = blurAxis(values, length, stride);
  }
  return values.map((value) => (value < THRESHOLD ? 0 : value));
}

const weights = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
  Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
);
const total = weights.reduce((sum, weight) => sum + weight, 0);

/** Correlates along one axis of `length` elements that lie `stride` apart. */
function blurAxis(values: Float64Array, length: number, stride: number): Float64Array<ArrayBuffer> {
  const blurred = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const place = Math.floor(index / stride) % length;
    const start = index - place * stride;
    let sum = 0;
    for (let i = -RADIUS; i <= RADIUS; i++) {
      const other = Math.min(length - 1, Math.max(0, place + i));
      sum += (weights[i + RADIUS] as number) * (values[start + other * stride] as number);
    }
    blurred[index] = sum / total;
  }
  return blurred;
}
