import { readFileSync } from "node:fs";
import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  bootstrapIntervals,
  fitClassGaussians,
  knnScores,
  mahalanobisScores,
  type OodPreset,
  type OodResult,
  oodConventions,
  oodMetric,
  oodMetrics,
  oodScores,
  oscr,
  softmax,
} from "../src/index.ts";

const golden = JSON.parse(
  readFileSync(new URL("./golden/detection.json", import.meta.url), "utf8"),
);

interface DetectionCase {
  readonly input: {
    readonly inDistribution: number[];
    readonly outOfDistribution: number[];
    readonly isCorrect: number[];
  };
  readonly expected: {
    readonly auroc: number;
    readonly averagePrecision: readonly [inPositive: number, outPositive: number];
    readonly trapezoid: readonly [inPositive: number, outPositive: number];
    readonly fprOpenood: number;
    readonly fprOdin: number;
    readonly fprOe: number;
    readonly detectionAccuracy: number;
    readonly apr: Pick<OodResult, "fpr" | "auroc" | "detectionAccuracy" | "auprIn" | "auprOut">;
    /** By the published code only where no scores are equal: its order is arbitrary there. */
    readonly oscr: { readonly clean: number; readonly apr?: number };
  };
}

/** The worked example of the specification. */
const example = {
  inDistribution: [0.9, 0.8, 0.7, 0.6, 0.55, 0.95, 0.85, 0.3, 0.65, 0.75],
  outOfDistribution: [0.1, 0.2, 0.3, 0.4, 0.6, 0.5, 0.35, 0.7, 0.25, 0.15],
};
const presets = Object.keys(oodConventions) as OodPreset[];

describe("oodMetrics on the worked example", () => {
  test.each([
    ["openood", 0.895, 0.907516, 0.896441, 0.5],
    ["odin", 0.895, 0.907516, 0.896441, 0.6],
    ["oe", 0.895, 0.897532, 0.887103, 0.4],
    ["apr", 0.88, 0.84217893, 0.83033189, 0.6],
  ] as const)("has the known figures by %s", (preset, auroc, auprIn, auprOut, fpr) => {
    const result = oodMetrics(example, preset);
    expect(result.auroc).toBeCloseTo(auroc, 14);
    expect(result.auprIn).toBeCloseTo(auprIn, 6);
    expect(result.auprOut).toBeCloseTo(auprOut, 6);
    expect(result.fpr).toBe(fpr);
    expect(result.tnr).toBe(1 - fpr);
    expect(result.detectionAccuracy).toBeCloseTo(0.85, 14);
    expect([result.inCount, result.outCount]).toEqual([10, 10]);
  });

  test("reads Outlier Exposure's FPR95 at recall .9, where 4 of 10 are flagged wrongly", () => {
    // Recall .9 and 1 are equally far from .95 on paper; in float64 .9 is nearer. The laxest threshold of recall
    // .9 lies between .65 and .7: it flags 9 foreign images and .3, .55, .6, .65 of the familiar ones. The
    // strictest, between .6 and .65, would give .3, but the published code searches from full recall downwards.
    expect(Math.abs(0.9 - 0.95)).toBeLessThan(Math.abs(1 - 0.95));
    expect(oodMetrics(example, "oe").fpr).toBe(0.4);
    const strictest = example.inDistribution.filter((score) => score <= 0.6).length / 10;
    expect(strictest).toBe(0.3);
  });

  test("has the known figures of APR on its second fixture, and half ties by the others", () => {
    const scores = {
      inDistribution: [5, 4, 4, 3, 2.5, 2, 1, 0.5, 6, 7],
      outOfDistribution: [0.1, 0.4, 1, 1.5, 2, 3.2, 4, 0.2],
    };
    const apr = oodMetrics(scores, "apr");
    expect(apr.tnr).toBe(0.375);
    expect(apr.auroc).toBe(0.7625);
    expect(apr.detectionAccuracy).toBe(0.725);
    expect(apr.auprIn).toBeCloseTo(0.758522, 6);
    expect(apr.auprOut).toBeCloseTo(0.693838, 6);
    expect(oodMetrics(scores, "odin").auroc).toBe(0.7875);
  });

  test("of equal scores only is chance, and nothing by APR's pessimistic ties", () => {
    const scores = { inDistribution: [1, 1, 1, 1], outOfDistribution: [1, 1, 1, 1] };
    const apr = oodMetrics(scores, "apr");
    expect([apr.tnr, apr.auroc, apr.detectionAccuracy]).toEqual([0, 0, 0.5]);
    expect(apr.auprIn).toBeCloseTo(0.302976, 6);
    expect(apr.auprOut).toBeCloseTo(0.302976, 6);
    const { auroc, fpr } = oodMetrics(scores, "openood");
    expect([auroc, fpr]).toEqual([0.5, 1]);
  });

  test("reads torch-uncertainty's FPR95 of .5 from 100 of .9 against 50 of .95 and 50 of .85", () => {
    const inDistribution = Array(100).fill(0.9);
    const outOfDistribution = [...Array(50).fill(0.95), ...Array(50).fill(0.85)];
    expect(oodMetrics({ inDistribution, outOfDistribution }, "odin").fpr).toBe(0.5);
  });

  test("says its convention in words", () => {
    expect(oodMetrics(example, "apr").convention).toBe(
      "10 in-distribution and 10 out-of-distribution scores; equal scores count against the detector; AUPR by trapezoids from precision 0; FPR at the laxest threshold with TPR nearest 0.95, in-distribution positive",
    );
  });

  test("takes a convention of one's own", () => {
    const own = { ...oodConventions.odin, level: 0.8 };
    expect(oodMetrics(example, own).fpr).toBe(0.2); // at .6: 8 of 10 accepted, .6 and .7 of the others
  });
});

describe("scikit-learn and plain loops", () => {
  const cases = golden.detection as DetectionCase[];

  test.each(cases.map((one, index) => [index, one] as const))("agree on case %i", (_, one) => {
    const { input, expected } = one;
    const openood = oodMetrics(input, "openood");
    const oe = oodMetrics(input, "oe");
    const apr = oodMetrics(input, "apr");
    const [apIn, apOut] = expected.averagePrecision;
    const [trapezoidIn, trapezoidOut] = expected.trapezoid;
    const pairs: [number, number][] = [
      [openood.auroc, expected.auroc],
      [oe.auprIn, apIn],
      [oe.auprOut, apOut],
      [openood.auprIn, trapezoidIn],
      [openood.auprOut, trapezoidOut],
      [openood.fpr, expected.fprOpenood],
      [oodMetrics(input, "odin").fpr, expected.fprOdin],
      [oe.fpr, expected.fprOe],
      [openood.detectionAccuracy, expected.detectionAccuracy],
      [apr.fpr, expected.apr.fpr],
      [apr.auroc, expected.apr.auroc],
      [apr.detectionAccuracy, expected.apr.detectionAccuracy],
      [apr.auprIn, expected.apr.auprIn],
      [apr.auprOut, expected.apr.auprOut],
      [oscr(input).value, expected.oscr.clean],
    ];
    for (const [actual, wanted] of pairs) expect(actual).toBeCloseTo(wanted, 12);
    if (expected.oscr.apr !== undefined) {
      expect(oscr(input, { definition: "apr" }).value).toBeCloseTo(expected.oscr.apr, 12);
    }
  });

  test("agree on the scores of logits", () => {
    const { input, expected } = golden.scores;
    const { classes, logits } = input;
    const check = (actual: Float64Array, wanted: number[]) =>
      actual.forEach((value, row) => {
        expect(value).toBeCloseTo(wanted[row]!, 12);
      });
    for (const score of ["msp", "maxLogit", "energy", "entropy"] as const) {
      check(oodScores(logits, { classes, score }), expected[score]);
    }
    check(oodScores(logits, { classes, score: "energy", temperature: 2 }), expected.energyAt2);
  });

  test("agree on the scores of features", () => {
    const { input, expected } = golden.features;
    const { width, classes, labels, k } = input;
    const train = { data: input.train, width };
    const query = { data: input.test, width };
    const gaussians = fitClassGaussians(train, labels, { classes });
    const far = mahalanobisScores(query, gaussians);
    const near = knnScores(query, train, { k, normalize: false });
    const nearUnit = knnScores(query, train, { k });
    for (let row = 0; row < far.length; row++) {
      expect(far[row]! / expected.mahalanobis[row]).toBeCloseTo(1, 9);
      expect(near[row]).toBeCloseTo(expected.knn[row], 12);
      expect(nearUnit[row]).toBeCloseTo(expected.knnUnit[row], 12);
    }
  });
});

/** Few different values, so that ties occur. */
const scoreList = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 25 });
const scorePair = fc.record({ inDistribution: scoreList, outOfDistribution: scoreList });

describe("laws of oodMetrics", () => {
  test("AUROC is the share of pairs in the right order, by both tie rules", () => {
    fc.assert(
      fc.property(scorePair, (scores) => {
        const pairs = scores.inDistribution.flatMap((a) =>
          scores.outOfDistribution.map((b) => Math.sign(a - b)),
        );
        const more = pairs.filter((sign) => sign > 0).length / pairs.length;
        const equal = pairs.filter((sign) => sign === 0).length / pairs.length;
        expect(oodMetrics(scores).auroc).toBeCloseTo(more + equal / 2, 12);
        expect(oodMetrics(scores, "apr").auroc).toBeCloseTo(more, 12);
      }),
      { numRuns: 50 },
    );
  });

  test("the order of scores and increasing functions of them change nothing", () => {
    fc.assert(
      fc.property(scorePair, fc.constantFrom(...presets), (scores, preset) => {
        const other = {
          inDistribution: scores.inDistribution.map((s) => s ** 3 + 5).toReversed(),
          outOfDistribution: scores.outOfDistribution.map((s) => s ** 3 + 5).toReversed(),
        };
        expect(oodMetrics(other, preset)).toEqual(oodMetrics(scores, preset));
      }),
      { numRuns: 50 },
    );
  });

  test("exchanging the kinds and the sign exchanges the areas and keeps AUROC", () => {
    fc.assert(
      fc.property(scorePair, fc.constantFrom(...presets), (scores, preset) => {
        const there = oodMetrics(scores, preset);
        const back = oodMetrics(
          {
            inDistribution: scores.outOfDistribution.map((s) => -s),
            outOfDistribution: scores.inDistribution.map((s) => -s),
          },
          preset,
        );
        expect(back.auroc).toBeCloseTo(there.auroc, 12);
        expect(back.auprIn).toBeCloseTo(there.auprOut, 12);
        expect(back.auprOut).toBeCloseTo(there.auprIn, 12);
        expect(back.detectionAccuracy).toBeCloseTo(there.detectionAccuracy, 12);
      }),
      { numRuns: 50 },
    );
  });

  test("every figure is a fraction, and clear separation is perfect by every convention but APR's areas", () => {
    fc.assert(
      fc.property(scorePair, fc.constantFrom(...presets), (scores, preset) => {
        const { auroc, auprIn, auprOut, fpr, detectionAccuracy } = oodMetrics(scores, preset);
        for (const figure of [auroc, auprIn, auprOut, fpr, detectionAccuracy]) {
          expect(figure).toBeGreaterThanOrEqual(0);
          expect(figure).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(detectionAccuracy).toBeGreaterThanOrEqual(0.5);
        const apart = { ...scores, inDistribution: scores.inDistribution.map((s) => s + 20) };
        const perfect = oodMetrics(apart, preset);
        expect([perfect.auroc, perfect.detectionAccuracy]).toEqual([1, 1]);
        if (preset !== "apr") {
          expect(perfect.auprIn).toBeCloseTo(1, 12);
          expect(perfect.auprOut).toBeCloseTo(1, 12);
          expect(perfect.fpr).toBe(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("oodMetric over batches equals oodMetrics, also after its state was written as JSON", () => {
    fc.assert(
      fc.property(scorePair, fc.nat(25), fc.constantFrom(...presets), (scores, cut, preset) => {
        const { init, update, compute } = oodMetric(preset);
        const first = update(init(), { inDistribution: scores.inDistribution.slice(0, cut) });
        const stored = JSON.parse(JSON.stringify(first));
        const rest = { ...scores, inDistribution: scores.inDistribution.slice(cut) };
        expect(compute(update(stored, rest))).toEqual(oodMetrics(scores, preset));
        expect(first.outOfDistribution).toEqual([[]]);
      }),
      { numRuns: 50 },
    );
  });

  test("infinite scores rank like any number", () => {
    const inDistribution = [Number.POSITIVE_INFINITY, 1];
    const outOfDistribution = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(oodMetrics({ inDistribution, outOfDistribution }).auroc).toBe(0.625);
  });
});

describe("oscr", () => {
  test("is the accuracy times the AUROC of right ones, whatever the wrong ones score", () => {
    fc.assert(
      fc.property(scorePair, fc.infiniteStream(fc.boolean()), (scores, stream) => {
        const isCorrect = scores.inDistribution.map(() => stream.next().value as boolean);
        const right = scores.inDistribution.filter((_, i) => isCorrect[i]);
        const accuracy = right.length / isCorrect.length;
        const auroc =
          right.length === 0 ? 0 : oodMetrics({ ...scores, inDistribution: right }).auroc;
        expect(oscr({ ...scores, isCorrect }).value).toBeCloseTo(accuracy * auroc, 12);
      }),
      { numRuns: 50 },
    );
  });

  test("ties against the detector never score higher", () => {
    fc.assert(
      fc.property(scorePair, (scores) => {
        const input = { ...scores, isCorrect: scores.inDistribution.map(() => 1) };
        const half = oscr(input).value;
        expect(oscr(input, { ties: "against" }).value).toBeLessThanOrEqual(half);
        expect(oscr(input, { definition: "apr" }).value).toBeLessThanOrEqual(half + 1e-12);
      }),
      { numRuns: 50 },
    );
  });
});

describe("scores", () => {
  test("are finite where a row is saturated, and msp is then exactly 1", () => {
    const logits = [1000, 0, Number.NEGATIVE_INFINITY];
    const of = (score: "msp" | "energy" | "entropy") => oodScores(logits, { classes: 3, score })[0];
    expect([of("msp"), of("energy"), of("entropy")]).toEqual([1, 1000, 0]);
  });

  test("of equal logits are the least sure", () => {
    const of = (score: "msp" | "entropy") => oodScores([2, 2, 2, 2], { classes: 4, score })[0];
    expect(of("msp")).toBe(0.25);
    expect(of("entropy")).toBeCloseTo(-Math.log(4), 14);
  });

  test("msp is the largest softmax probability", () => {
    const logits = [0.1, 0.7, -2, 3];
    const [score] = oodScores(logits, { classes: 4, score: "msp", temperature: 3 });
    const largest = Math.max(...softmax(logits, { classes: 4, temperature: 3 }));
    expect(score).toBeCloseTo(largest, 14);
  });

  test("of a class mean and of a reference row are 0, the highest", () => {
    const train = { data: [0, 0, 2, 0, 0, 2, 5, 5, 7, 5, 5, 7], width: 2 };
    const gaussians = fitClassGaussians(train, [0, 0, 0, 1, 1, 1], { classes: 2 });
    const [atMean] = mahalanobisScores({ data: [2 / 3, 2 / 3], width: 2 }, gaussians);
    expect(atMean).toBeCloseTo(0, 14);
    expect(knnScores({ data: [2, 0], width: 2 }, train, { k: 1, normalize: false })[0]).toBe(-0);
    expect(knnScores({ data: [0, 0], width: 2 }, train, { k: 1 })[0]).toBe(-0);
  });

  test("features on a line need a ridge", () => {
    const line = { data: [1, 1, 2, 2, 3, 3], width: 2 };
    const labels = [0, 1, 0];
    expect(() => fitClassGaussians(line, labels, { classes: 2 })).toThrow(
      "fitClassGaussians: expected features whose covariance is positive definite (more images, or a ridge above 0)",
    );
    const fitted = fitClassGaussians(line, labels, { classes: 2, ridge: 0.1 });
    expect(mahalanobisScores({ data: [2, 2], width: 2 }, fitted)[0]).toBeCloseTo(0, 12);
  });
});

describe("bootstrapIntervals", () => {
  const rng = createRng({ seed: 3, purpose: "test" });
  const groups = [
    Array.from({ length: 200 }, () => rng.normal() + 1),
    Array.from({ length: 150 }, () => rng.normal()),
  ];
  const auroc = ([inDistribution, outOfDistribution]: readonly Float64Array[]) => ({
    auroc: oodMetrics({
      inDistribution: inDistribution!,
      outOfDistribution: outOfDistribution!,
    }).auroc,
  });

  test("holds the area, is about 4 standard errors wide, and is the same for the same seed", () => {
    const { auroc: value } = auroc(groups.map((group) => Float64Array.from(group)));
    const first = bootstrapIntervals(groups, auroc, { seed: 5, resamples: 300 });
    const { lower, upper, convention } = first.auroc;
    expect(lower).toBeLessThan(value);
    expect(upper).toBeGreaterThan(value);
    // Hanley and McNeil's standard error at AUROC .76 and these counts: .026
    expect(upper - lower).toBeGreaterThan(0.07);
    expect(upper - lower).toBeLessThan(0.14);
    expect(convention).toBe(
      "percentile bootstrap, 95 %, 300 resamples, over independent test examples",
    );
    expect(bootstrapIntervals(groups, auroc, { seed: 5, resamples: 300 })).toEqual(first);
    expect(bootstrapIntervals(groups, auroc, { seed: 6, resamples: 300 })).not.toEqual(first);
  });

  test("draws each group on its own, as many as it has, in its order", () => {
    bootstrapIntervals(
      [
        [1, 2, 3],
        [10, 20],
      ],
      ([first, second]) => {
        expect([first!.length, second!.length]).toEqual([3, 2]);
        expect(first).toEqual(first!.toSorted());
        expect(second!.every((value) => value === 10 || value === 20)).toBe(true);
        return { mean: first![0]! };
      },
      { seed: 1, resamples: 20 },
    );
  });

  test("of a constant has no width", () => {
    const { mean } = bootstrapIntervals([[2, 2]], ([list]) => ({ mean: list![0]! }), { seed: 1 });
    expect([mean.lower, mean.upper]).toEqual([2, 2]);
  });
});

describe("bad input", () => {
  const table = { data: [1, 2, 3, 4], width: 2 };
  const cases: [string, () => unknown, string][] = [
    [
      "no out-of-distribution score",
      () => oodMetrics({ inDistribution: [1], outOfDistribution: [] }),
      "oodMetrics: expected at least one score in outOfDistribution, got none",
    ],
    [
      "a NaN score",
      () => oodMetrics({ inDistribution: [1, Number.NaN], outOfDistribution: [1] }),
      "expected inDistribution[1] to be a number, got NaN",
    ],
    [
      "an unknown preset",
      () => oodMetrics(example, "openOOD" as OodPreset),
      'expected convention to be one of openood, odin, oe, apr, or an object, got "openOOD"',
    ],
    [
      "a level in percent",
      () => oodMetrics(example, { ...oodConventions.oe, level: 95 }),
      "expected level to be a fraction in (0, 1], got 95",
    ],
    [
      "outcomes of another length",
      () => oscr({ ...example, isCorrect: [1] }),
      "oscr: expected isCorrect of the length of inDistribution (10), got 1",
    ],
    [
      "outcomes that are no bits",
      () => oscr({ inDistribution: [1], isCorrect: [0.5], outOfDistribution: [1] }),
      "expected isCorrect[0] to be 0, 1, false or true, got 0.5",
    ],
    [
      "an unknown score",
      () => oodScores([1, 2], { classes: 2, score: "MSP" as "msp" }),
      'expected score to be one of msp, maxLogit, energy, entropy, got "MSP"',
    ],
    [
      "a temperature of max logit",
      () => oodScores([1, 2], { classes: 2, score: "maxLogit", temperature: 2 }),
      "expected no temperature for maxLogit, got 2",
    ],
    [
      "a temperature of 0",
      () => oodScores([1, 2], { classes: 2, score: "msp", temperature: 0 }),
      "expected temperature to be positive and finite, got 0",
    ],
    ["half a row", () => oodScores([1], { classes: 2, score: "msp" }), "divisible by 2 classes"],
    [
      "a NaN logit",
      () => oodScores([1, Number.NaN], { classes: 2, score: "energy" }),
      "expected the largest logit of row 0 to be finite, got NaN",
    ],
    [
      "a class without images",
      () => fitClassGaussians(table, [0, 0], { classes: 2 }),
      "expected at least one image of class 1, got none",
    ],
    ["too few labels", () => fitClassGaussians(table, [0], { classes: 2 }), "2 labels, got 1"],
    [
      "a NaN feature",
      () => knnScores({ data: [Number.NaN, 1], width: 2 }, table, { k: 1 }),
      "expected features[0, 0] to be finite, got NaN",
    ],
    ["more neighbours than rows", () => knnScores(table, table, { k: 3 }), "in [1, 2], got 3"],
    [
      "features of another width",
      () => knnScores({ data: [1], width: 1 }, table, { k: 1 }),
      "expected features of width 2, as the reference, got 1",
    ],
    [
      "no width",
      () => knnScores({ data: [1], width: 0 }, table, { k: 1 }),
      "width to be an integer",
    ],
    [
      "probabilities for logits",
      () => oodScores([0.5, 0.5, 0.1, 0.9], { classes: 2, score: "energy" }),
      "oodScores: expected logits, the values before softmax (or { refuseProbabilities: false }), got rows that are all",
    ],
    [
      "an empty group",
      () => bootstrapIntervals([[1], []], () => ({ x: 1 }), { seed: 1 }),
      "bootstrapIntervals: expected at least one value in group 1, got none",
    ],
    [
      "one resample",
      () => bootstrapIntervals([[1]], () => ({ x: 1 }), { seed: 1, resamples: 1 }),
      "expected resamples to be an integer ≥ 2, got 1",
    ],
    [
      "a statistic that is no number",
      () => bootstrapIntervals([[1]], () => ({ x: Number.NaN }), { seed: 1 }),
      "expected x of resample 0 to be finite, got NaN",
    ],
  ];
  test.each(cases)("%s is refused", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
