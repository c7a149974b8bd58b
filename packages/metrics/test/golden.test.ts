import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  accuracy,
  brierScore,
  confusionCounts,
  meanCorruptionError,
  negativeLogLikelihood,
  pairedDifference,
  predictedClasses,
  softmax,
  topKAccuracy,
  wilsonInterval,
} from "../src/index.ts";
import { twoSidedQuantile } from "../src/twoSidedQuantile.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8"));

describe("scikit-learn and SciPy", () => {
  const { input, expected } = read("scikitLearn");
  const { classes, labels, logits } = input;

  test("accuracy and top-3 accuracy agree", () => {
    expect(accuracy(logits, labels, { classes }).value).toBeCloseTo(expected.accuracy, 14);
    expect(topKAccuracy(logits, labels, { classes, k: 3 }).value).toBeCloseTo(expected.top3, 14);
  });

  test("confusion counts agree", () => {
    const { counts } = confusionCounts(predictedClasses(logits, classes), labels, { classes });
    expect([...counts]).toEqual(expected.confusion);
  });

  test("softmax, negative log-likelihood and Brier score agree", () => {
    const probabilities = softmax(logits, { classes });
    probabilities.forEach((p, i) => {
      expect(p).toBeCloseTo(expected.softmax[i], 14);
    });
    const nll = negativeLogLikelihood(logits, labels, { classes }).value;
    expect(nll).toBeCloseTo(expected.nll, 12);
    expect(nll).toBeCloseTo(expected.logSoftmaxNll, 12);
    expect(brierScore(probabilities, labels, { classes }).value).toBeCloseTo(expected.brier, 12);
    const first = [...probabilities].filter((_, i) => i % classes === 0);
    const binary = first.flatMap((p) => [1 - p, p]);
    const parity = labels.map((label: number) => label % 2);
    const { value } = brierScore(binary, parity, { classes: 2 });
    expect(value / 2).toBeCloseTo(expected.binaryBrier, 12);
  });

  test("exact McNemar p-values agree, also where 2⁻ⁿ underflows", () => {
    input.pairs.forEach(([b, c]: [number, number], i: number) => {
      const first = [...Array(b).fill(1), ...Array(c).fill(0), 1];
      const second = [...Array(b).fill(0), ...Array(c).fill(1), 1];
      expect(pairedDifference(first, second).pValue).toBeCloseTo(expected.mcnemar[i], 10);
    });
  });

  test("Wilson intervals and normal quantiles agree", () => {
    input.rates.forEach(([hits, count, confidence]: [number, number, number], i: number) => {
      const { lower, upper } = wilsonInterval(hits, count, { confidence });
      expect(lower).toBeCloseTo(expected.wilson[i][0], 12);
      expect(upper).toBeCloseTo(expected.wilson[i][1], 12);
    });
    [0.5, 0.9, 0.95, 0.99, 0.999999].forEach((confidence, i) => {
      expect(twoSidedQuantile("test", confidence)).toBeCloseTo(expected.quantiles[i], 9);
    });
  });
});

describe("RobustBench's ImageNet-C cells", () => {
  const models: {
    name: string;
    accuracy: Record<string, number[]>;
    meanAccuracyPercent: number;
    mce: number;
  }[] = read("robustBench").models;

  test.each(models)("mean error and mCE of $name", (model) => {
    const errors = Object.fromEntries(
      Object.entries(model.accuracy).map(([name, cells]) => [name, cells.map((a) => 1 - a)]),
    );
    const plain = meanCorruptionError(errors, { normalizeBy: "none" }).value;
    expect(100 * (1 - plain)).toBeCloseTo(model.meanAccuracyPercent, 2);
    const mce = meanCorruptionError(errors, { normalizeBy: "alexnet" }).value;
    expect(mce).toBeCloseTo(model.mce, 12);
  });
});
