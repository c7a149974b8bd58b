import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { assertClasses, assertNoProbabilities, type ProbabilitiesOption } from "../assertScores.ts";

/** How sure a classifier is that it knows what it sees; all are larger for familiar images. */
export type OodScoreName = "msp" | "maxLogit" | "energy" | "entropy";

export const oodScoreNames: readonly OodScoreName[] = ["msp", "maxLogit", "energy", "entropy"];

export interface OodScoresOptions extends ProbabilitiesOption {
  readonly classes: number;
  readonly score: OodScoreName;
  /** Logits are divided by it first; > 0, default 1. Of no use to "maxLogit", which refuses another. */
  readonly temperature?: number;
}

/**
 * Returns one confidence per row of logits, to tell familiar images from foreign ones.
 *
 *     msp:       max_k p_k,   p = softmax(z/T)          maxLogit:  max_k z_k
 *     energy:    T · ln Σ_k exp(z_k/T)                  entropy:   Σ_k p_k ln p_k
 *
 * @param logits [batch, classes], row-major, unnormalised
 * @returns [batch], float64; larger means in-distribution
 *
 * Convention: "energy" is the negated free energy and "entropy" the negated entropy (nats), so that all four point
 * the same way. In float64 fewer rows tie at msp = 1 than in the float32 of most published code.
 *
 * @throws {ShapeError} if the length is not a multiple of `classes`
 * @throws {ValueError} if a row holds NaN or no finite maximum, all rows are probabilities, or the temperature is not
 * positive
 * @example
 * oodScores([0, Math.log(3)], { classes: 2, score: "msp" }); // [0.75]
 * oodScores([0, Math.log(3)], { classes: 2, score: "energy" }); // [1.3863], ln 4
 *
 * @see Hendrycks & Gimpel, ICLR 2017 (msp); Vaze et al., ICLR 2022 (maxLogit); Liu et al., NeurIPS 2020 (energy).
 */
export function oodScores(
  logits: ArrayLike<number>,
  { classes, score, temperature = 1, refuseProbabilities = true }: OodScoresOptions,
): Float64Array {
  assertOptions(logits.length, { classes, score, temperature });
  if (refuseProbabilities) assertNoProbabilities("oodScores", logits, classes);
  const scoreRow = rowScores[score];
  return Float64Array.from({ length: logits.length / classes }, (_, row) => {
    const shifted = new Float64Array(classes); // (z - max z)/T
    let maximum = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      maximum = Math.max(maximum, logits[row * classes + k] as number); // NaN stays NaN
    }
    if (!Number.isFinite(maximum)) {
      throw new ValueError("oodScores", {
        expected: `the largest logit of row ${row} to be finite`,
        actual: `${maximum}`,
      });
    }
    for (let k = 0; k < classes; k++) {
      shifted[k] = ((logits[row * classes + k] as number) - maximum) / temperature;
    }
    return scoreRow(shifted, maximum, temperature);
  });
}

type RowScore = (shifted: Float64Array, maximum: number, temperature: number) => number;

const rowScores: Readonly<Record<OodScoreName, RowScore>> = {
  msp: (shifted) => 1 / sumOfExp(shifted),
  maxLogit: (_, maximum) => maximum,
  energy: (shifted, maximum, temperature) => maximum + temperature * Math.log(sumOfExp(shifted)),
  entropy(shifted) {
    const total = sumOfExp(shifted);
    let weighted = 0;
    for (const z of shifted) if (z > Number.NEGATIVE_INFINITY) weighted += Math.exp(z) * z;
    return weighted / total - Math.log(total); // Σ p (z - ln total)
  },
};

function sumOfExp(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.exp(value);
  return sum;
}

function assertOptions(
  length: number,
  { classes, score, temperature }: Required<Omit<OodScoresOptions, "refuseProbabilities">>,
): void {
  assertClasses("oodScores", classes);
  if (length % classes !== 0) {
    throw new ShapeError("oodScores", {
      expected: `logits of a length divisible by ${classes} classes`,
      actual: `${length} values`,
    });
  }
  if (!oodScoreNames.includes(score)) {
    throw new ValueError("oodScores", {
      expected: `score to be one of ${oodScoreNames.join(", ")}`,
      actual: show(score),
    });
  }
  const isAllowed = temperature > 0 && temperature < Number.POSITIVE_INFINITY;
  if (!isAllowed || (score === "maxLogit" && temperature !== 1)) {
    throw new ValueError("oodScores", {
      expected:
        score === "maxLogit"
          ? "no temperature for maxLogit"
          : "temperature to be positive and finite",
      actual: show(temperature),
    });
  }
}
