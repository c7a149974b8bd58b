import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  accuracy,
  accuracyMetric,
  brierScoreMetric,
  calibrationError,
  calibrationErrorMetric,
  confusionCounts,
  errorRate,
  errorRateMetric,
  meanOverSeeds,
  negativeLogLikelihood,
  negativeLogLikelihoodMetric,
  pairedDifference,
  predictedClasses,
  softmax,
  topKAccuracy,
  topKAccuracyMetric,
  wilsonInterval,
} from "../src/index.ts";

const classes = 4;

/** Some labelled logits; small whole numbers, so that ties occur. */
const examples = fc
  .array(
    fc.record({
      row: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: classes, maxLength: classes }),
      label: fc.nat(classes - 1),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((list) => ({
    logits: Float32Array.from(list.flatMap(({ row }) => row)),
    labels: Uint8Array.from(list, ({ label }) => label),
  }));

const onProbabilities = ({ logits, labels }: { logits: Float32Array; labels: Uint8Array }) => ({
  probabilities: softmax(logits, { classes }),
  labels,
});

describe("streaming equals one shot", () => {
  const rosterOfLogits = {
    accuracy: accuracyMetric({ classes }),
    errorRate: errorRateMetric({ classes }),
    topKAccuracy: topKAccuracyMetric({ classes, k: 2 }),
    negativeLogLikelihood: negativeLogLikelihoodMetric({ classes, refuseProbabilities: false }),
  };
  const rosterOfProbabilities = {
    brierScore: brierScoreMetric({ classes }),
    calibrationError: calibrationErrorMetric({ classes, bins: 5 }),
  };

  test.each(Object.entries(rosterOfLogits))("%s", (_, metric) => {
    // One loop for metrics of different states: each state only ever meets its own metric.
    const { init, update, compute } = metric as typeof rosterOfLogits.accuracy;
    fc.assert(
      fc.property(examples, fc.nat(30), ({ logits, labels }, cut) => {
        const whole = compute(update(init(), { logits, labels }));
        const head = { logits: logits.slice(0, cut * classes), labels: labels.slice(0, cut) };
        const tail = { logits: logits.slice(cut * classes), labels: labels.slice(cut) };
        const state = structuredClone(update(init(), head));
        const streamed = compute(update(state, tail));
        expect(streamed.value).toBeCloseTo(whole.value, 12);
        expect(streamed.convention).toBe(whole.convention);
      }),
      { numRuns: 50 },
    );
  });

  test.each(Object.entries(rosterOfProbabilities))("%s", (_, metric) => {
    const { init, update, compute } = metric as typeof rosterOfProbabilities.brierScore;
    fc.assert(
      fc.property(examples, fc.nat(30), (batch, cut) => {
        const { probabilities, labels } = onProbabilities(batch);
        const at = cut * classes;
        const head = { probabilities: probabilities.slice(0, at), labels: labels.slice(0, cut) };
        const tail = { probabilities: probabilities.slice(at), labels: labels.slice(cut) };
        const streamed = compute(update(update(init(), head), tail));
        const whole = compute(update(init(), { probabilities, labels }));
        expect(streamed.value).toBeCloseTo(whole.value, 12);
        expect(streamed.convention).toBe(whole.convention);
      }),
      { numRuns: 50 },
    );
  });
});

describe("laws", () => {
  test("accuracy and error rate count every example once, and top-k grows with k up to 1", () => {
    fc.assert(
      fc.property(examples, ({ logits, labels }) => {
        const right = accuracy(logits, labels, { classes });
        const wrong = errorRate(logits, labels, { classes });
        expect(right.hits + wrong.hits).toBe(labels.length);
        const byK = [1, 2, 3, 4].map((k) => topKAccuracy(logits, labels, { classes, k }).value);
        expect(byK).toEqual(byK.toSorted((a, b) => a - b));
        expect(byK[0]).toBe(right.value);
        expect(byK[3]).toBe(1);
      }),
      { numRuns: 50 },
    );
  });

  test("the diagonal of the confusion counts is the accuracy, rows are the class counts", () => {
    fc.assert(
      fc.property(examples, ({ logits, labels }) => {
        const { counts } = confusionCounts(predictedClasses(logits, classes), labels, { classes });
        const diagonal = counts.filter((_, i) => i % (classes + 1) === 0);
        expect(diagonal.reduce((a, b) => a + b)).toBe(accuracy(logits, labels, { classes }).hits);
        const zeros = counts.slice(0, classes).reduce((a, b) => a + b);
        expect(zeros).toBe(labels.filter((label) => label === 0).length);
      }),
      { numRuns: 50 },
    );
  });

  test("adding a constant to a row changes no metric of logits", () => {
    fc.assert(
      fc.property(examples, fc.integer({ min: -500, max: 500 }), ({ logits, labels }, shift) => {
        const shifted = logits.map((logit) => logit + shift);
        const options = { classes, refuseProbabilities: false };
        expect(accuracy(shifted, labels, options)).toEqual(accuracy(logits, labels, options));
        expect(negativeLogLikelihood(shifted, labels, options).value).toBeCloseTo(
          negativeLogLikelihood(logits, labels, options).value,
          9,
        );
      }),
      { numRuns: 50 },
    );
  });

  test("calibration errors are ordered: l1 ≤ l2 ≤ max ≤ 1", () => {
    fc.assert(
      fc.property(examples, (batch) => {
        const { probabilities, labels } = onProbabilities(batch);
        const { l1, l2, max } = calibrationError(probabilities, labels, { classes });
        expect(l1).toBeLessThanOrEqual(l2 + 1e-12);
        expect(l2).toBeLessThanOrEqual(max + 1e-12);
        expect(max).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  test("swapping the models turns the difference and its interval round", () => {
    const bits = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(bits, (pairs) => {
        const first = pairs.map(([a]) => a);
        const second = pairs.map(([, b]) => b);
        const there = pairedDifference(first, second);
        const back = pairedDifference(second, first);
        expect(back.value).toBeCloseTo(-there.value, 12);
        expect(back.lower).toBeCloseTo(-there.upper, 12);
        expect(back.pValue).toBe(there.pValue);
        expect(there.lower).toBeLessThanOrEqual(there.value + 1e-12);
        expect(there.upper).toBeGreaterThanOrEqual(there.value - 1e-12);
      }),
      { numRuns: 50 },
    );
  });

  test("Wilson's interval holds the rate and mirrors hits and misses", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (count, some) => {
        const hits = some % (count + 1);
        const { lower, upper } = wilsonInterval(hits, count);
        expect(0 <= lower && lower <= hits / count && hits / count <= upper && upper <= 1).toBe(
          true,
        );
        expect(wilsonInterval(count - hits, count).upper).toBeCloseTo(1 - lower, 12);
      }),
      { numRuns: 50 },
    );
  });

  test("the paired interval covers a true difference of 0.05 in about 95 % of samples", () => {
    const rng = createRng({ seed: 4, purpose: "coverage" });
    let covered = 0;
    const samples = 1000;
    for (let s = 0; s < samples; s++) {
      const first: number[] = [];
      const second: number[] = [];
      for (let i = 0; i < 200; i++) {
        const u = rng.uniform(); // right: both .8, only first .1, only second .05, none .05
        first.push(u < 0.9 ? 1 : 0);
        second.push(u < 0.8 || (u >= 0.9 && u < 0.95) ? 1 : 0);
      }
      const { lower, upper } = pairedDifference(first, second);
      if (lower <= 0.05 && 0.05 <= upper) covered++;
    }
    // standard error of the coverage: √(.95 · .05 / 1000) = .007
    expect(Math.abs(covered / samples - 0.95)).toBeLessThan(0.025);
  });
});

describe("mean over seeds", () => {
  test("0.9, 0.92, 0.94 have mean 0.92 and std 0.02", () => {
    const { value, std } = meanOverSeeds([0.9, 0.92, 0.94]);
    expect(value).toBeCloseTo(0.92, 12);
    expect(std).toBeCloseTo(0.02, 12);
  });

  test("one seed has no std, and says so", () => {
    const result = meanOverSeeds([0.5]);
    expect(result).toEqual({ value: 0.5, count: 1, convention: "one seed; spread unknown" });
  });

  test("no seed and an infinite value are refused", () => {
    expect(() => meanOverSeeds([])).toThrow("expected at least one value, got none");
    expect(() => meanOverSeeds([1, Number.POSITIVE_INFINITY])).toThrow("values[1] to be finite");
  });
});
