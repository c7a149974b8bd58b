import { createRng, type Rng, show, ValueError } from "@apr-kit/contracts";
import { assertBatchKey, assertRgb, type BatchKey } from "./arguments.ts";
import { drawOp } from "./ops/drawOp.ts";
import { type ImageSize, OP_NAMES, type OpDraw, type OpName } from "./ops/opDraw.ts";

/** What happens to one image in AugMix. */
export interface AugMixDraw {
  /** Each chain's operations, in turn. */
  readonly chains: readonly (readonly OpDraw[])[];
  /** Each chain's share of the mixture; they add up to 1. */
  readonly weights: readonly number[];
  /** Share of the mixture in the result, in [0, 1]; the image itself has the rest. */
  readonly mixture: number;
}

export interface AugMixDrawOptions extends BatchKey {
  /** Chains, at least 1. Default 3. */
  readonly width?: number;
  /** Operations of a chain, at least 1, or "random": 1, 2 or 3. Default "random". */
  readonly depth?: number | "random";
  /** Upper end of the strength of operations, in [0.1, 10]; the code's severity. Default 3, its CIFAR recipe's. */
  readonly level?: number;
  /** Of the Dirichlet and Beta distributions, above 0. Default 1: both uniform. */
  readonly concentration?: number;
  /** Operations to choose from. Default: the nine that do not overlap with the corruption benchmarks. */
  readonly ops?: readonly OpName[];
  /** Which of several views of an image is drawn, an integer of at least 0. Default 0. */
  readonly view?: number;
}

/**
 * Draws what AugMix does to each image of a batch.
 *
 *     weights ~ Dirichlet(α, …, α),   mixture ~ Beta(α, α)
 *
 * @param shape [batch, height, width, 3]
 *
 * Randomness: weights, mixture, then for each chain its depth and its operations, from the image's stream
 * "augMix.<view>" of seed, epoch and sample. An image's draws do not depend on the rest of the batch.
 *
 * @throws {ShapeError} if the shape is not that of RGB images, or samples are not one for each
 * @throws {ValueError} if an option is outside its range
 *
 * @see Hendrycks et al., AugMix, ICLR 2020, Algorithm 1.
 */
export function drawAugMix(
  shape: readonly [batch: number, height: number, width: number, channel: number],
  {
    width = 3,
    depth = "random",
    level = 3,
    concentration = 1,
    ops = OP_NAMES,
    view = 0,
    ...key
  }: AugMixDrawOptions,
): AugMixDraw[] {
  assertRgb("augMix", shape);
  assertBatchKey("augMix", key, shape[0]);
  assertAtLeast("width", width, 1);
  if (depth !== "random") assertAtLeast("depth", depth, 1);
  assertAtLeast("view", view, 0);
  if (!(concentration > 0 && Number.isFinite(concentration))) {
    throw new ValueError("augMix", {
      expected: "concentration above 0",
      actual: show(concentration),
    });
  }
  const size: ImageSize = { height: shape[1], width: shape[2] };
  const { seed, epoch } = key;
  return Array.from(key.samples, (sample) => {
    const rng = createRng({ seed, epoch, sample, purpose: `augMix.${view}` });
    const weights = dirichlet(rng, concentration, width);
    const [mixture] = dirichlet(rng, concentration, 2) as [number]; // Beta(α, α)
    const chains = weights.map(() => {
      const length = depth === "random" ? 1 + rng.integer(3) : depth;
      return Array.from({ length }, () => drawOp(rng, level, size, ops));
    });
    return { chains, weights, mixture };
  });
}

function dirichlet(rng: Rng, concentration: number, length: number): number[] {
  for (;;) {
    const parts = Array.from({ length }, () => gamma(rng, concentration));
    const sum = parts.reduce((total, part) => total + part);
    if (sum > 0) return parts.map((part) => part / sum); // a tiny concentration underflows now and then
  }
}

/** Marsaglia and Tsang, A simple method for generating gamma variables, 2000. */
function gamma(rng: Rng, shape: number): number {
  if (shape < 1) return gamma(rng, shape + 1) * (1 - rng.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = rng.normal();
    const v = (1 + c * normal) ** 3;
    const bound = 0.5 * normal ** 2 + d * (1 - v + Math.log(v)); // NaN where v is below 0
    if (v > 0 && Math.log(1 - rng.uniform()) < bound) return d * v;
  }
}

function assertAtLeast(name: string, value: number, lowest: number): void {
  if (Number.isInteger(value) && value >= lowest) return;
  throw new ValueError("augMix", {
    expected: `${name} to be an integer of at least ${lowest}`,
    actual: show(value),
  });
}
