import { createRng } from "@apr-kit/contracts";
import { assertBatchKey, assertFraction, assertRgb, type BatchKey } from "./arguments.ts";
import { drawOp } from "./ops/drawOp.ts";
import { OP_NAMES, type OpDraw, type OpName } from "./ops/opDraw.ts";

/** What happens to one image in APR-S. */
export interface AprSingleDraw {
  /** Always applied. */
  readonly first: OpDraw;
  /** Applied only when the image is recombined. */
  readonly second: OpDraw;
  readonly recombine: boolean;
  /** The view that gives the amplitude; the other gives the phase. */
  readonly amplitudeFrom: "first" | "second";
}

export interface AprSingleDrawOptions extends BatchKey {
  /** Chance of an image to be recombined, in [0, 1]. Default 0.5. */
  readonly probability?: number;
  /** Upper end of the strength of operations, in [0.1, 10]. Default 3. */
  readonly level?: number;
  /** Operations to choose from. Default: the nine of APR. */
  readonly ops?: readonly OpName[];
}

/**
 * Draws what APR-S does to each image of a batch.
 *
 * @param shape [batch, height, width, 3]
 *
 * Randomness: gate, direction, first and second operation, all drawn for every image, in this order,
 * from its stream "aprSingle" of seed, epoch and sample. An image's draws depend neither on the rest of
 * the batch nor on `probability`: raising it keeps the images that were recombined before.
 *
 * @throws {ShapeError} if the shape is not that of RGB images, or samples are not one for each
 * @throws {ValueError} if an option is outside its range
 *
 * @example
 * drawAprSingle([1, 32, 32, 3], { seed: 1, epoch: 0, samples: [7] });
 * // [{ first: { op: "solarize", threshold: 183 }, second: { op: "rotate", degrees: -8 },
 * //   recombine: true, amplitudeFrom: "first" }]
 */
export function drawAprSingle(
  shape: readonly [batch: number, height: number, width: number, channel: number],
  { seed, epoch, samples, probability = 0.5, level = 3, ops = OP_NAMES }: AprSingleDrawOptions,
): AprSingleDraw[] {
  assertRgb("aprSingle", shape);
  const [batch, height, width] = shape;
  assertBatchKey("aprSingle", { seed, epoch, samples }, batch);
  assertFraction("aprSingle", "probability", probability);

  return Array.from(samples, (sample) => {
    const rng = createRng({ seed, epoch, sample, purpose: "aprSingle" });
    const recombine = rng.uniform() < probability;
    const amplitudeFrom = rng.uniform() > 0.5 ? "first" : "second";
    const first = drawOp(rng, level, { height, width }, ops);
    const second = drawOp(rng, level, { height, width }, ops);
    return { first, second, recombine, amplitudeFrom };
  });
}
