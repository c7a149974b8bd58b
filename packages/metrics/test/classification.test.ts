import { describe, expect, test } from "@jest/globals";
import {
  accuracy,
  brierScore,
  calibrationError,
  confusionCounts,
  errorRate,
  negativeLogLikelihood,
  pairedDifference,
  predictedClasses,
  softmax,
  topKAccuracy,
  wilsonInterval,
} from "../src/index.ts";

describe("values by hand", () => {
  test("of equal logits the lower index wins, in the prediction as in the accuracy", () => {
    expect([...predictedClasses([1, 3, 2, 5, 5, 0], 3)]).toEqual([1, 0]);
    expect(accuracy([5, 5, 0, 5, 5, 0], [0, 1], { classes: 3 }).value).toBe(0.5);
  });

  test("errorRate counts mistakes exactly and says what it counted", () => {
    const { value, hits, count, convention } = errorRate([2, 1, 0, 4, 0, 1], [0, 0, 1], {
      classes: 2,
    });
    expect([value, hits, count]).toEqual([1 / 3, 1, 3]);
    expect(convention).toContain("share of 3 examples");
  });

  test("topKAccuracy of the second best at k 2 is right and at k 1 wrong", () => {
    const at = (k: number) => topKAccuracy([3, 2, 1, 3, 2, 1], [1, 2], { classes: 3, k }).value;
    expect([at(1), at(2), at(3)]).toEqual([0, 0.5, 1]);
  });

  test("infinite logits rank like any number", () => {
    const logits = [Number.NEGATIVE_INFINITY, 0, 1, Number.POSITIVE_INFINITY];
    expect(accuracy(logits, [1, 1], { classes: 2 }).value).toBe(1);
  });

  test("negativeLogLikelihood of equal logits is ln 2, and large logits do not overflow", () => {
    const nll = (logits: number[]) =>
      negativeLogLikelihood(logits, [1], { classes: 2, refuseProbabilities: false }).value;
    expect(nll([0, 0])).toBeCloseTo(Math.LN2, 14);
    expect(nll([1000, 0])).toBe(1000);
    expect(nll([Number.NEGATIVE_INFINITY, 5])).toBe(0);
  });

  test("(.2, .8) of class 1 and (.3, .7) of class 0 have Brier .53, NLL .8666 and ECE .45", () => {
    const p = [0.2, 0.8, 0.3, 0.7];
    const labels = [1, 0];
    expect(brierScore(p, labels, { classes: 2 }).value).toBeCloseTo(0.53, 12);
    const nll = negativeLogLikelihood(p.map(Math.log), labels, { classes: 2 }).value;
    expect(nll).toBeCloseTo(-(Math.log(0.8) + Math.log(0.3)) / 2, 12);
    expect(calibrationError(p, labels, { classes: 2 }).value).toBeCloseTo(0.45, 12);
  });

  test("the three-class example of torchmetrics has .2000, .2082 and .2333", () => {
    const p = [0.25, 0.2, 0.55, 0.55, 0.05, 0.4, 0.1, 0.3, 0.6, 0.9, 0.05, 0.05];
    const { l1, l2, max } = calibrationError(p, [0, 1, 2, 0], { classes: 3, bins: 3 });
    expect(l1).toBeCloseTo(0.2, 4);
    expect(l2).toBeCloseTo(0.2082, 4);
    expect(max).toBeCloseTo(0.2333, 4);
  });

  test("1000 spread confidences with every fifth wrong have the known ECE-15", () => {
    const confidences = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
    const isRight = confidences.map((c, i) => (7919 * i) % 1000 < 800 * c);
    // spread the rest over 2000 classes, so that even confidence .0005 is the largest
    const rest = 2000;
    const p = confidences.flatMap((c) => [c, ...Array(rest).fill((1 - c) / rest)]);
    const labels = isRight.map((right) => (right ? 0 : 1));
    const { l1 } = calibrationError(p, labels, { classes: rest + 1 });
    expect(l1).toBeCloseTo(0.099511, 5);
  });

  test("a confidence on an edge falls into the bin below it, and 1 into the last", () => {
    const { bins } = calibrationError([0.6, 0.4, 0.8, 0.2, 1, 0], [0, 0, 0], {
      classes: 2,
      bins: 5,
    });
    expect(bins.map(({ count }) => count)).toEqual([0, 0, 1, 1, 1]);
    expect(bins[0]).toEqual({ lower: 0, upper: 0.2, count: 0 });
    expect(bins[4]).toEqual({ lower: 0.8, upper: 1, count: 1, accuracy: 1, confidence: 1 });
  });

  test("softmax of 0 and ln 3 is 1/4 and 3/4; temperature flattens it", () => {
    const [a, b] = softmax([0, Math.log(3)], { classes: 2 });
    expect(a).toBeCloseTo(0.25, 14);
    expect(b).toBeCloseTo(0.75, 14);
    const [warm] = softmax([0, Math.log(9)], { classes: 2, temperature: 2 });
    expect(warm).toBeCloseTo(0.25, 14);
  });

  test("pairedDifference of 3 and 1 right of 4 is .5, two images only by the first", () => {
    const result = pairedDifference([1, 1, 1, 0], [1, 0, 0, 0]);
    expect(result).toMatchObject({ value: 0.5, onlyFirst: 2, onlySecond: 0, pValue: 0.5 });
  });

  test("wilsonInterval(0, 10) is [0, 0.2775]", () => {
    expect(wilsonInterval(0, 10).lower).toBe(0);
    expect(wilsonInterval(0, 10).upper).toBeCloseTo(0.2775, 4);
  });

  test("confusion counts of two batches add up, and the first stays as it was", () => {
    const first = confusionCounts([0, 1], [0, 0], { classes: 2 });
    const both = confusionCounts([1], [1], { classes: 2, into: first });
    expect([...both.counts]).toEqual([1, 1, 0, 1]);
    expect([...first.counts]).toEqual([1, 1, 0, 0]);
  });
});

describe("bad input", () => {
  const two = { classes: 2 };
  const cases: [string, () => unknown, string][] = [
    [
      "a NaN logit",
      () => accuracy([0, Number.NaN], [0], two),
      "expected logits[0, 1] to be a number, got NaN",
    ],
    [
      "a label out of range",
      () => accuracy([0, 1], [2], two),
      "expected labels[0] to be an integer in [0, 2), got 2",
    ],
    ["a label that is no integer", () => accuracy([0, 1], [0.5], two), "got 0.5"],
    [
      "too few logits",
      () => accuracy([0, 1, 2], [0, 1], two),
      "expected logits of 4 values for 2 labels and 2 classes, got 3 values",
    ],
    [
      "nothing",
      () => accuracy([], [], two),
      "topKAccuracy: expected at least one example, got none",
    ],
    [
      "one class",
      () => accuracy([1], [0], { classes: 1 }),
      "expected classes to be an integer ≥ 2, got 1",
    ],
    [
      "k of 0",
      () => topKAccuracy([0, 1], [0], { classes: 2, k: 0 }),
      "expected k to be an integer in [1, 2], got 0",
    ],
    ["k beyond the classes", () => topKAccuracy([0, 1], [0], { classes: 2, k: 3 }), "got 3"],
    [
      "logits for probabilities",
      () => brierScore([2, -1], [0], two),
      "expected probabilities of row 0 in [0, 1] with sum 1 (for logits, apply softmax first), got [2,-1]",
    ],
    ["logits for confidences", () => calibrationError([0.3, 0.3], [0], two), "apply softmax first"],
    [
      "probabilities for logits",
      () => negativeLogLikelihood([0.5, 0.5], [0], two),
      "expected logits, the values before softmax (or { refuseProbabilities: false }), got rows that are all probabilities, for example [0.5,0.5]",
    ],
    [
      "an infinite row",
      () => negativeLogLikelihood([0, Number.POSITIVE_INFINITY], [0], two),
      "expected the largest logit of row 0 to be finite, got Infinity",
    ],
    [
      "no bins",
      () => calibrationError([1, 0], [0], { classes: 2, bins: 0 }),
      "expected bins to be an integer ≥ 1, got 0",
    ],
    [
      "a NaN score",
      () => predictedClasses([1, Number.NaN], 2),
      "expected scores[0, 1] to be a number",
    ],
    ["half a row", () => predictedClasses([1], 2), "divisible by 2 classes"],
    ["half a row of softmax", () => softmax([1], two), "divisible by 2 classes"],
    [
      "a temperature of 0",
      () => softmax([1, 2], { classes: 2, temperature: 0 }),
      "expected temperature to be positive and finite, got 0",
    ],
    ["a NaN in softmax", () => softmax([1, Number.NaN], two), "row 0 to be finite, got NaN"],
    [
      "lists of two lengths",
      () => confusionCounts([1], [1, 0], two),
      "expected as many predictions as labels (2), got 1",
    ],
    ["a predicted class out of range", () => confusionCounts([2], [1], two), "[0, 2), got 2"],
    [
      "counts of other classes",
      () =>
        confusionCounts([1], [1], { classes: 2, into: confusionCounts([], [], { classes: 3 }) }),
      "expected into to count 2 classes, got 3",
    ],
    [
      "more hits than examples",
      () => wilsonInterval(3, 2),
      "expected hits to be an integer in [0, 2], got 3",
    ],
    ["no example", () => wilsonInterval(0, 0), "expected count to be an integer ≥ 1, got 0"],
    [
      "a confidence in percent",
      () => wilsonInterval(1, 2, { confidence: 95 }),
      "expected confidence to be a fraction in (0, 1), got 95",
    ],
    ["results of two lengths", () => pairedDifference([1], [1, 0]), "of the first (1), got 2"],
    [
      "results that are no bits",
      () => pairedDifference([1], [0.5]),
      "expected second[0] to be 0, 1, false or true, got 0.5",
    ],
    ["no result", () => pairedDifference([], []), "expected at least one example"],
  ];
  test.each(cases)("%s is refused", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
