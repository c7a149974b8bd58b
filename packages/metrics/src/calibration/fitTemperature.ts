import { show, ValueError } from "@apr-kit/contracts";
import type { ClassesOption } from "../accuracy.ts";
import { assertLogits, assertNoProbabilities, type ProbabilitiesOption } from "../assertScores.ts";
import type { LabelledLogits, StreamingMetric } from "../streamingMetric.ts";
import { assertNotEmpty } from "../topKAccuracy.ts";

export interface FitTemperatureOptions extends ClassesOption, ProbabilitiesOption {
  /** Temperatures allowed, 0 < lowest < highest; default [0.01, 100]. */
  readonly range?: readonly [lowest: number, highest: number];
}

export interface FittedTemperature {
  /** What to divide logits by. */
  readonly temperature: number;
  /** "none", or the end of the range at which the likelihood was still rising. */
  readonly atBound: "none" | "lowest" | "highest";
  /** Mean negative log-likelihood in nats, at temperature 1 and at the fitted one. */
  readonly before: number;
  readonly after: number;
  readonly steps: number;
  readonly convention: string;
}

/** All rows so far, batch by batch. */
export interface TemperatureState {
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[];
}

/** Newton and bisection both stop long before. */
const MAX_STEPS = 200;
/** After a relative Newton step this small, the next would be below rounding: convergence is quadratic. */
const SETTLED = 1e-9;

/**
 * Finds the temperature that makes labels likeliest: fit it on validation images, use it on others.
 *
 *     T = argmin -(1/n) Σ_i ln softmax(z_i/T)[y_i]
 *
 * @param logits [batch, classes], row-major, unnormalised
 * @param labels class indices, [batch]
 *
 * Convention: the likelihood is concave in 1/T, so a Newton iteration kept inside a shrinking bracket finds its one maximum
 * to rounding. There is none above 0 where all predictions are right (T would fall to 0) or labels score below
 * average (T would rise without end): then the result is the end of the range, and `atBound` says so.
 * Cost: O(n · classes) per step, about 8 steps.
 *
 * @throws {ShapeError} if the lengths do not fit
 * @throws {ValueError} if a logit is not finite, a label or the range is wrong, or there is no example
 * @example
 * const logits = [0.2, 0.8, 0.3, 0.7].map(Math.log);
 * fitTemperature(logits, [1, 0], { classes: 2 }).temperature; // 2.3936, 1/0.41777
 *
 * @see Guo et al., On Calibration of Modern Neural Networks, ICML 2017, §4.2.
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: FitTemperatureOptions,
): FittedTemperature {
  const metric = fitTemperatureMetric(options);
  return metric.compute(metric.update(metric.init(), { logits, labels }));
}

/** Streaming form of {@link fitTemperature}; its state keeps every row. */
export function fitTemperatureMetric({
  classes,
  range = [0.01, 100],
  refuseProbabilities = true,
}: FitTemperatureOptions): StreamingMetric<TemperatureState, LabelledLogits, FittedTemperature> {
  const [lowest, highest] = range;
  if (!(lowest > 0 && highest > lowest && highest < Number.POSITIVE_INFINITY)) {
    throw new ValueError("fitTemperature", {
      expected: "range to be [lowest, highest] with 0 < lowest < highest",
      actual: show(range),
    });
  }
  return {
    init: () => ({ logits: [], labels: [] }),
    update(state, { logits, labels }) {
      assertFiniteLogits(logits, labels, classes);
      return {
        logits: [...state.logits, Array.from(logits)],
        labels: [...state.labels, Array.from(labels)],
      };
    },
    compute(state) {
      const labels = state.labels.flat();
      assertNotEmpty("fitTemperature", labels.length);
      const logits = state.logits.flat();
      if (refuseProbabilities) assertNoProbabilities("fitTemperature", logits, classes);
      return minimise(aboveMaximum(logits, classes), labels, [lowest, highest]);
    },
  };
}

function assertFiniteLogits(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): void {
  assertLogits("fitTemperature", logits, labels, classes);
  for (let i = 0; i < logits.length; i++) {
    if (Number.isFinite(logits[i])) continue;
    throw new ValueError("fitTemperature", {
      expected: `logits[${Math.floor(i / classes)}, ${i % classes}] to be finite`,
      actual: show(logits[i]),
    });
  }
}

/** Rows with their maximum taken out, ≤ 0. */
function aboveMaximum(logits: readonly number[], classes: number): Float64Array {
  const shifted = Float64Array.from(logits);
  for (let start = 0; start < shifted.length; start += classes) {
    const row = shifted.subarray(start, start + classes);
    const maximum = row.reduce((a, b) => Math.max(a, b));
    for (let k = 0; k < classes; k++) row[k] = (row[k] as number) - maximum;
  }
  return shifted;
}

/** Newton on β = 1/T inside [low, high], where the slope is below 0 at low and above 0 at high. */
function minimise(
  logits: Float64Array,
  labels: readonly number[],
  [lowest, highest]: readonly [number, number],
): FittedTemperature {
  const at = (beta: number) => likelihoodAt(beta, logits, labels);
  const before = at(1).value;
  let low = 1 / highest;
  let high = 1 / lowest;
  const ended = (beta: number, atBound: FittedTemperature["atBound"], steps: number) => {
    const edge = atBound === "none" ? "" : `; the likelihood still rises at the ${atBound} allowed`;
    const convention = `temperature of least mean negative log-likelihood over ${labels.length} examples, in [${lowest}, ${highest}]${edge}`;
    return { temperature: 1 / beta, atBound, before, after: at(beta).value, steps, convention };
  };
  if (at(low).slope >= 0) return ended(low, "highest", 0);
  if (at(high).slope <= 0) return ended(high, "lowest", 0);
  let beta = Math.min(Math.max(1, low), high);
  let steps = 0;
  while (steps < MAX_STEPS) {
    const { slope, curvature } = at(beta);
    steps++;
    if (slope === 0) break;
    if (slope < 0) low = beta;
    else high = beta;
    const newton = beta - slope / curvature;
    const isSettled = Math.abs(newton - beta) <= SETTLED * beta;
    beta = isSettled || (newton > low && newton < high) ? newton : (low + high) / 2;
    if (isSettled) break;
  }
  return ended(beta, "none", steps);
}

/** Mean negative log-likelihood at 1/T = beta, and its first two derivatives there. */
function likelihoodAt(beta: number, logits: Float64Array, labels: readonly number[]) {
  const classes = logits.length / labels.length;
  let value = 0;
  let slope = 0;
  let curvature = 0;
  for (let row = 0; row < labels.length; row++) {
    let total = 0;
    let first = 0;
    let second = 0;
    for (let k = 0; k < classes; k++) {
      const z = logits[row * classes + k] as number;
      const weight = Math.exp(beta * z);
      total += weight;
      first += weight * z;
      second += weight * z * z;
    }
    const own = logits[row * classes + (labels[row] as number)] as number;
    const mean = first / total;
    value += Math.log(total) - beta * own;
    slope += mean - own;
    curvature += second / total - mean * mean;
  }
  const count = labels.length;
  return { value: value / count, slope: slope / count, curvature: curvature / count };
}
