import { readFileSync } from "node:fs";
import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  adaptiveCalibrationError,
  adaptiveCalibrationErrorMetric,
  calibrationError,
  classwiseCalibrationError,
  classwiseCalibrationErrorMetric,
  fitTemperature,
  fitTemperatureMetric,
  negativeLogLikelihood,
  rmsCalibrationError,
  rmsCalibrationErrorMetric,
  softmax,
} from "../src/index.ts";

const { input, expected } = JSON.parse(
  readFileSync(new URL("./golden/detection.json", import.meta.url), "utf8"),
).calibration;
const { classes, labels, logits } = input;
const probabilities = softmax(logits, { classes });

/** (.2, .8) of class 1 and (.3, .7) of class 0. */
const pair = { probabilities: [0.2, 0.8, 0.3, 0.7], labels: [1, 0] };
const two = { classes: 2 };

describe("NumPy and SciPy", () => {
  test("agree on calibration errors over bins of equal count", () => {
    const norms = ({ l1, l2, max }: { l1: number; l2: number; max: number }) => [l1, l2, max];
    const check = (actual: { l1: number; l2: number; max: number }, name: string) =>
      norms(actual).forEach((value, i) => {
        expect(value).toBeCloseTo(norms(expected[name])[i]!, 12);
      });
    check(adaptiveCalibrationError(probabilities, labels, { classes, bins: 7 }), "adaptive7");
    const rms = { classes, binSize: 50 };
    check(rmsCalibrationError(probabilities, labels, rms), "rms50");
    const left = rmsCalibrationError(probabilities, labels, { ...rms, compat: "hendrycks" });
    check(left, "rms50Hendrycks");
  });

  test("agree on the error of every class", () => {
    const { byClass, value } = classwiseCalibrationError(probabilities, labels, { classes });
    byClass.forEach((error, k) => {
      expect(error).toBeCloseTo(expected.classwise15[k], 12);
    });
    expect(value).toBeCloseTo(byClass.reduce((a, b) => a + b) / classes, 14);
  });

  test("agree on the temperature to ten digits, in at most 12 steps", () => {
    const fitted = fitTemperature(logits, labels, { classes });
    expect(fitted.temperature / expected.temperature).toBeCloseTo(1, 10);
    expect(fitted.after).toBeCloseTo(expected.nll, 12);
    expect(fitted.before).toBeCloseTo(negativeLogLikelihood(logits, labels, { classes }).value, 12);
    expect(fitted.steps).toBeLessThanOrEqual(12);
    expect(fitted.atBound).toBe("none");
  });
});

describe("values by hand", () => {
  test("two examples have adaptive l2 .5147815 and classwise errors .45", () => {
    const adaptive = adaptiveCalibrationError(pair.probabilities, pair.labels, {
      ...two,
      bins: 2,
    });
    expect(adaptive.l2).toBeCloseTo(0.5147815, 7);
    const { byClass } = classwiseCalibrationError(pair.probabilities, pair.labels, two);
    expect(byClass[0]).toBeCloseTo(0.45, 14);
    expect(byClass[1]).toBeCloseTo(0.45, 14);
  });

  test("two examples have temperature 1/.4177705", () => {
    const { temperature } = fitTemperature(pair.probabilities.map(Math.log), pair.labels, two);
    expect(1 / temperature).toBeCloseTo(0.4177705, 7);
  });

  test("1000 spread confidences with every fifth wrong have the known RMS errors", () => {
    const rest = 2000; // the other classes share what is left, so that even confidence .0005 is the largest
    const spread = new Float64Array(1000 * (rest + 1));
    const truth = new Int32Array(1000);
    for (let i = 0; i < 1000; i++) {
      const confidence = (i + 0.5) / 1000;
      spread.fill((1 - confidence) / rest, i * (rest + 1), (i + 1) * (rest + 1));
      spread[i * (rest + 1)] = confidence;
      truth[i] = (7919 * i) % 1000 < 800 * confidence ? 0 : 1;
    }
    const whole = rmsCalibrationError(spread, truth, { classes: rest + 1 });
    expect(whole.l1).toBeCloseTo(0.1, 6);
    expect(whole.value).toBeCloseTo(0.1144552, 7);
    expect(whole.max).toBeCloseTo(0.19, 6);
    const left = rmsCalibrationError(spread, truth, { classes: rest + 1, compat: "hendrycks" });
    expect(left.l1).toBeCloseTo(0.081, 6);
    expect(left.value).toBeCloseTo(0.0974166, 7);
    expect(left.max).toBeCloseTo(0.17, 6);
  });

  test("five examples in two bins have three and two, larger first", () => {
    const ofOne = [0.3, 0.24, 0.25, 0.2, 0.8];
    const both = ofOne.flatMap((p) => [1 - p, p]);
    const { l1, bins } = adaptiveCalibrationError(both, [0, 0, 0, 1, 1], { classes: 2, bins: 2 });
    expect(bins.map(({ count }) => count)).toEqual([3, 2]);
    expect(bins.map(({ accuracy }) => accuracy)).toEqual([1, 0.5]);
    expect(l1).toBeCloseTo(0.6 * (1 - 2.21 / 3) + 0.4 * 0.3, 12);
  });

  test("fewer examples than bins or than a bin's size are one each, or one bin", () => {
    const { probabilities: p, labels: y } = pair;
    expect(adaptiveCalibrationError(p, y, two).bins).toHaveLength(2);
    expect(rmsCalibrationError(p, y, two).value).toBeCloseTo(0.25, 14);
  });

  test("confidences of exactly 1 and probabilities of exactly 0 have their places", () => {
    const sure = [1, 0, 0, 1, 1, 0];
    const right = [0, 1, 0];
    expect(adaptiveCalibrationError(sure, right, two).value).toBe(0);
    expect(rmsCalibrationError(sure, right, two).value).toBe(0);
    expect(classwiseCalibrationError(sure, right, two).value).toBe(0);
    const wrong = [0, 0, 0]; // the second is a sure mistake
    expect(calibrationError(sure, wrong, two).value).toBeCloseTo(1 / 3, 14);
    expect(adaptiveCalibrationError(sure, wrong, { ...two, bins: 3 }).bins).toEqual(
      Array(3).fill({
        lower: 1,
        upper: 1,
        count: 1,
        confidence: 1,
        accuracy: expect.closeTo(2 / 3),
      }),
    );
    expect(classwiseCalibrationError(sure, wrong, two).value).toBeCloseTo(1 / 3, 14);
  });
});

const someLogits = fc
  .array(
    fc.record({
      row: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }),
      label: fc.nat(2),
    }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((list) => ({
    logits: list.flatMap(({ row }) => row),
    labels: list.map(({ label }) => label),
  }));

describe("laws", () => {
  const roster = {
    adaptiveCalibrationError: adaptiveCalibrationErrorMetric({ classes: 3, bins: 4 }),
    rmsCalibrationError: rmsCalibrationErrorMetric({ classes: 3, binSize: 4 }),
    classwiseCalibrationError: classwiseCalibrationErrorMetric({ classes: 3 }),
  };

  test.each(Object.entries(roster))("%s over batches, in any order, equals one shot", (_, one) => {
    // One loop for metrics of different states: each state only ever meets its own metric.
    const { init, update, compute } = one as typeof roster.adaptiveCalibrationError;
    fc.assert(
      fc.property(someLogits, fc.nat(30), (batch, cut) => {
        const all = [...softmax(batch.logits, { classes: 3 })];
        const head = { probabilities: all.slice(0, cut * 3), labels: batch.labels.slice(0, cut) };
        const tail = { probabilities: all.slice(cut * 3), labels: batch.labels.slice(cut) };
        const whole = compute(update(init(), { probabilities: all, labels: batch.labels }));
        const stored = JSON.parse(JSON.stringify(update(init(), tail)));
        const streamed = compute(update(stored, head));
        expect(streamed.value).toBeCloseTo(whole.value, 12);
        expect(streamed.convention).toBe(whole.convention);
      }),
      { numRuns: 50 },
    );
  });

  test("fitTemperature over batches equals one shot", () => {
    const metric = fitTemperatureMetric({ classes: 3, refuseProbabilities: false });
    fc.assert(
      fc.property(someLogits, fc.nat(30), (batch, cut) => {
        const head = { logits: batch.logits.slice(0, cut * 3), labels: batch.labels.slice(0, cut) };
        const tail = { logits: batch.logits.slice(cut * 3), labels: batch.labels.slice(cut) };
        const state = JSON.parse(JSON.stringify(metric.update(metric.init(), head)));
        const whole = metric.compute(metric.update(metric.init(), batch));
        expect(metric.compute(metric.update(state, tail))).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  test("no temperature nearby is likelier than the fitted one", () => {
    fc.assert(
      fc.property(someLogits, (batch) => {
        const options = { classes: 3, refuseProbabilities: false }; // [1, 0, 0] is drawn, too
        const { temperature, after, before } = fitTemperature(batch.logits, batch.labels, options);
        expect(after).toBeLessThanOrEqual(before + 1e-12);
        for (const other of [0.9, 0.99, 1.01, 1.1].map((factor) => temperature * factor)) {
          if (other < 0.01 || other > 100) continue;
          const cooled = batch.logits.map((z) => z / other);
          const { value } = negativeLogLikelihood(cooled, batch.labels, options);
          expect(value).toBeGreaterThanOrEqual(after - 1e-12);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("scaling all logits scales the temperature", () => {
    const scaled = logits.map((z: number) => 3 * z);
    const there = fitTemperature(logits, labels, { classes }).temperature;
    expect(fitTemperature(scaled, labels, { classes }).temperature / there).toBeCloseTo(3, 10);
  });

  test("the true temperature of drawn labels comes back", () => {
    const rng = createRng({ seed: 9, purpose: "test" });
    const size = 20_000;
    const drawn = Float64Array.from({ length: size * 3 }, () => 4 * rng.normal());
    const truth = softmax(drawn, { classes: 3, temperature: 2 });
    const chosen = Int32Array.from({ length: size }, (_, row) => {
      const u = rng.uniform();
      if (u < truth[row * 3]!) return 0;
      return u < truth[row * 3]! + truth[row * 3 + 1]! ? 1 : 2;
    });
    const { temperature } = fitTemperature(drawn, chosen, { classes: 3 });
    expect(Math.abs(temperature - 2)).toBeLessThan(0.06); // about three standard errors
    const calibrated = softmax(drawn, { classes: 3, temperature });
    expect(calibrationError(calibrated, chosen, { classes: 3 }).value).toBeLessThan(0.015);
  });
});

describe("a temperature that has no optimum", () => {
  test("is the lowest allowed where all predictions are right", () => {
    const { temperature, atBound, convention } = fitTemperature([2, 0, 0, 1], [0, 1], two);
    expect([temperature, atBound]).toEqual([0.01, "lowest"]);
    expect(convention).toContain("the likelihood still rises at the lowest allowed");
  });

  test("is the highest allowed where labels score below average", () => {
    const rows = [0.35, 0.35, 0.3, 0.8, 0.15, 0.05].map(Math.log);
    const fitted = fitTemperature(rows, [2, 1], { classes: 3, range: [0.5, 20] });
    expect(fitted.temperature).toBeCloseTo(20, 12);
    expect(fitted.atBound).toBe("highest");
  });
});

describe("bad input", () => {
  const { probabilities: p, labels: y } = pair;
  const cases: [string, () => unknown, string][] = [
    ["logits", () => adaptiveCalibrationError([2, -1], [0], two), "apply softmax first"],
    ["NaN", () => rmsCalibrationError([Number.NaN, 1], [0], two), "to be a number, got NaN"],
    ["nothing", () => rmsCalibrationError([], [], two), "expected at least one example, got none"],
    ["nothing by class", () => classwiseCalibrationError([], [], two), "at least one example"],
    ["no bins", () => adaptiveCalibrationError(p, y, { ...two, bins: 0 }), "≥ 1, got 0"],
    ["no bins by class", () => classwiseCalibrationError(p, y, { ...two, bins: 1.5 }), "got 1.5"],
    ["empty bins", () => rmsCalibrationError(p, y, { ...two, binSize: 0 }), "≥ 1, got 0"],
    [
      "too few examples for the published code",
      () => rmsCalibrationError(p, y, { ...two, compat: "hendrycks" }),
      'expected at least 100 examples for compat "hendrycks", got 2',
    ],
    ["no logits", () => fitTemperature([], [], two), "expected at least one example"],
    [
      "infinite logits",
      () => fitTemperature([1, Number.NEGATIVE_INFINITY], [0], two),
      "expected logits[0, 1] to be finite, got -Infinity",
    ],
    [
      "probabilities for logits",
      () => fitTemperature(p, y, two),
      "fitTemperature: expected logits, the values before softmax (or { refuseProbabilities: false })",
    ],
    [
      "a range from 0",
      () => fitTemperature(p, y, { ...two, range: [0, 1] }),
      "expected range to be [lowest, highest] with 0 < lowest < highest, got [0,1]",
    ],
  ];
  test.each(cases)("%s is refused", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
