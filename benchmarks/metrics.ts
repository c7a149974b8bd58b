import { createRng } from "@apr-kit/contracts";
import {
  adaptiveCalibrationError,
  calibrationError,
  fitTemperature,
  oodMetrics,
  oodScores,
  oscr,
  rmsCalibrationError,
  softmax,
} from "@apr-kit/metrics";
import type { BenchResults } from "./bench.ts";
import { measure } from "./measure.ts";

const EXAMPLES = 1_000_000;
const CLASSES = 2; // the figures are of sorting and walking, not of exponentials

/** Areas and calibration errors over a million examples. */
export async function metricsBench(): Promise<BenchResults> {
  const rng = createRng({ seed: 1, purpose: "benchmarks.metrics" });
  const draw = (size: number, shift: number) =>
    Float32Array.from({ length: size }, () => rng.normal() + shift);
  const inDistribution = draw(EXAMPLES / 2, 1);
  const outOfDistribution = draw(EXAMPLES / 2, 0);
  const isCorrect = inDistribution.map(() => (rng.uniform() < 0.9 ? 1 : 0));
  const logits = draw(EXAMPLES * CLASSES, 0);
  const labels = Uint8Array.from({ length: EXAMPLES }, () => rng.integer(CLASSES));
  const probabilities = softmax(logits, { classes: CLASSES });
  const classes = { classes: CLASSES };
  return measure(
    {
      "oodMetrics, openood": () => oodMetrics({ inDistribution, outOfDistribution }, "openood"),
      "oodMetrics, apr": () => oodMetrics({ inDistribution, outOfDistribution }, "apr"),
      oscr: () => oscr({ inDistribution, isCorrect, outOfDistribution }),
      "oscr, apr": () =>
        oscr({ inDistribution, isCorrect, outOfDistribution }, { definition: "apr" }),
      "oodScores, energy": () => oodScores(logits, { ...classes, score: "energy" }),
      calibrationError: () => calibrationError(probabilities, labels, classes),
      adaptiveCalibrationError: () => adaptiveCalibrationError(probabilities, labels, classes),
      rmsCalibrationError: () => rmsCalibrationError(probabilities, labels, classes),
      fitTemperature: () => fitTemperature(logits, labels, classes),
    },
    { runs: 5, warmup: 1 },
  );
}
