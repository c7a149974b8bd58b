import { createRng, type Rng, ValueError } from "@apr-kit/contracts";
import { assertBatchKey, assertFraction, assertOneOf, type BatchKey } from "./arguments.ts";

/** What happens to a batch in APR-P. */
export interface AprPairDraw {
  /** partners[i] is the place in the batch of the image that gives its amplitude to image i. */
  readonly partners: Int32Array;
  /** Whether image i is recombined; where not, partners[i] is i. */
  readonly isRecombined: readonly boolean[];
}

export interface AprPairDrawOptions extends BatchKey {
  /** Chance to be recombined, in [0, 1]. Default 0.6, the official code's for CIFAR. */
  readonly probability?: number;
  /**
   * "batch": all images are recombined or none, as in the official code. "sample": each by itself.
   * Default "batch".
   */
  readonly gate?: "batch" | "sample";
  /** Forbids that an image is its own partner. Default false, as in the official code. */
  readonly derangement?: boolean;
}

/**
 * Draws who gives amplitude to whom in APR-P.
 *
 * @param batch number of images, at least 1
 *
 * Convention: partners are a uniformly random permutation, or, with `derangement`, a uniformly random
 * one without fixed points. An image that the gate leaves out still lends its amplitude.
 * Randomness: partners and the batch's gate are keyed by seed, epoch and the batch's first sample; the
 * gates of samples by seed, epoch and sample.
 *
 * @throws {ShapeError} if samples are not one for each image
 * @throws {ValueError} if an option is outside its range, or a batch of one asks for a derangement
 */
export function drawAprPair(
  batch: number,
  {
    seed,
    epoch,
    samples,
    probability = 0.6,
    gate = "batch",
    derangement = false,
  }: AprPairDrawOptions,
): AprPairDraw {
  assertBatchKey("aprPair", { seed, epoch, samples }, batch);
  assertFraction("aprPair", "probability", probability);
  assertOneOf("aprPair", "gate", gate, ["batch", "sample"]);
  if (derangement && batch === 1) {
    throw new ValueError("aprPair", {
      expected: "a batch of at least 2 images for derangement",
      actual: "1",
    });
  }

  const stream = (decision: string, sample: number) =>
    createRng({ seed, epoch, sample, purpose: `aprPair.${decision}` });
  const firstSample = samples[0] as number;
  const passes = (sample: number) => stream("gate", sample).uniform() < probability;
  const order = permute(stream("partners", firstSample), batch, derangement);
  const isRecombined = Array.from(samples, (sample) =>
    passes(gate === "batch" ? firstSample : sample),
  );
  return { partners: order.map((partner, i) => (isRecombined[i] ? partner : i)), isRecombined };
}

function permute(rng: Rng, length: number, derangement: boolean): Int32Array {
  for (;;) {
    const order = rng.permutation(length);
    // Rejection keeps derangements equally likely; one permutation in e is one.
    if (!derangement || order.every((partner, i) => partner !== i)) return order;
  }
}
