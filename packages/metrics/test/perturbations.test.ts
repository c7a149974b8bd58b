import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  alexNetFlipProbabilities,
  cifarPerturbations,
  flipProbability,
  flipProbabilityMetric,
  frameReference,
  imageNetPerturbations,
  meanFlipRate,
  topFiveDistance,
  topFiveDistanceMetric,
} from "../src/index.ts";

const previous = { against: "previous" } as const;
const first = { against: "first" } as const;

describe("flipProbability", () => {
  test("of 1 1 2 1 is 2/3 against the previous frame and 1/3 against the first", () => {
    const video = { predictions: [1, 1, 2, 1], frames: 4 };
    expect(flipProbability(video, previous).value).toBeCloseTo(2 / 3, 14);
    expect(flipProbability(video, first).value).toBeCloseTo(1 / 3, 14);
  });

  test("weighs videos alike, however long they are", () => {
    const { init, update, compute } = flipProbabilityMetric(previous);
    const short = update(init(), { predictions: [0, 1], frames: 2 });
    const both = update(short, { predictions: [0, 0, 0, 0, 0], frames: 5 });
    expect(compute(both)).toEqual({
      value: 0.5,
      convention:
        "share of frames whose class differs from that of the previous frame, mean over 2 videos",
    });
  });

  test("compares noise with the first frame, everything else with the one before", () => {
    expect(imageNetPerturbations.filter((name) => frameReference(name) === "first")).toEqual([
      "gaussian_noise",
      "shot_noise",
    ]);
  });

  test("over batches equals one shot, and a renaming of classes changes nothing", () => {
    const videos = fc.array(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(videos, fc.nat(5), (list, cut) => {
        const predictions = list.flat();
        const whole = flipProbability({ predictions, frames: 5 }, previous).value;
        const { init, update, compute } = flipProbabilityMetric(previous);
        const head = update(init(), { predictions: predictions.slice(0, cut * 5), frames: 5 });
        const tail = { predictions: predictions.slice(cut * 5), frames: 5 };
        expect(compute(update(head, tail)).value).toBeCloseTo(whole, 12);
        const renamed = predictions.map((k) => 7 - k);
        expect(flipProbability({ predictions: renamed, frames: 5 }, previous).value).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });
});

describe("meanFlipRate", () => {
  test("of AlexNet itself is 1, and its table is called unverified", () => {
    const { value, convention, byPerturbation } = meanFlipRate(alexNetFlipProbabilities, {
      set: "imagenet-p",
    });
    expect(value).toBeCloseTo(1, 14);
    expect(Object.keys(byPerturbation)).toEqual([...imageNetPerturbations]);
    expect(convention).toContain("unverified");
  });

  test("of CIFAR-P is a plain mean over its own ten", () => {
    const rates = Object.fromEntries(cifarPerturbations.map((name, i) => [name, i / 100]));
    expect(meanFlipRate(rates, { set: "cifar-p" }).value).toBeCloseTo(0.045, 14);
  });
});

describe("topFiveDistance", () => {
  const distance = (a: number[], b: number[]) =>
    topFiveDistance({ scores: [...a, ...b], frames: 2 }, { classes: a.length, ...previous }).value;

  test("of the two best changing places is 2, of equal rankings 0", () => {
    expect(distance([5, 4, 3, 2, 1], [4, 5, 3, 2, 1])).toBe(2);
    expect(distance([5, 4, 3, 2, 1], [50, 40, 30, 20, 10])).toBe(0);
  });

  test("counts a class that falls out of the five as rank six, however far it fell", () => {
    const before = [9, 8, 7, 6, 5, 4, 3, 2];
    const sixth = [4.5, 8, 7, 6, 5, 4.7, 3, 2]; // best falls to rank 6: 5 + 1 + 1 + 1 + 1
    const eighth = [1, 8, 7, 6, 5, 4.7, 3, 2];
    expect(distance(before, sixth)).toBe(9);
    expect(distance(before, eighth)).toBe(9);
  });

  test("agrees with sorted ranks", () => {
    const row = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 7, maxLength: 7 });
    const order = (scores: number[]) =>
      scores.map((_, k) => k).sort((a, b) => scores[b]! - scores[a]! || a - b);
    fc.assert(
      fc.property(row, row, (a, b) => {
        const inB = order(b);
        const naive = order(a)
          .slice(0, 5)
          .reduce((sum, k, i) => sum + Math.abs(i - Math.min(inB.indexOf(k), 5)), 0);
        expect(distance(a, b)).toBe(naive);
      }),
      { numRuns: 50 },
    );
  });

  test("is the mean over frames and over batches of videos", () => {
    const same = [5, 4, 3, 2, 1];
    const swapped = [4, 5, 3, 2, 1];
    const { init, update, compute } = topFiveDistanceMetric({ classes: 5, ...first });
    const one = update(init(), { scores: [...same, ...swapped, ...same], frames: 3 });
    const two = update(one, { scores: [...same, ...same], frames: 2 });
    expect(compute(one).value).toBe(1);
    expect(compute(two).value).toBe(0.5);
  });
});

describe("bad input", () => {
  const cases: [string, () => unknown, string][] = [
    ["one frame", () => flipProbability({ predictions: [1], frames: 1 }, first), "≥ 2, got 1"],
    [
      "half a video",
      () => flipProbability({ predictions: [1, 2, 3], frames: 2 }, first),
      "expected videos of 2 frames each, got 3 frames in all",
    ],
    [
      "a prediction that is no class",
      () => flipProbability({ predictions: [1, Number.NaN], frames: 2 }, first),
      "expected predictions[1] to be a class index, got NaN",
    ],
    ["no video", () => flipProbability({ predictions: [], frames: 2 }, first), "at least one"],
    [
      "an unknown reference",
      () => flipProbabilityMetric({ against: "last" as "first" }),
      'expected against to be "previous" or "first", got "last"',
    ],
    [
      "the perturbations of the other set",
      () => meanFlipRate(alexNetFlipProbabilities, { set: "cifar-p" }),
      "got flip probabilities without spatter and with snow",
    ],
    [
      "percent",
      () => meanFlipRate({ ...alexNetFlipProbabilities, tilt: 7 }, { set: "imagenet-p" }),
      "expected flipProbabilities.tilt to be a fraction in [0, 1], got 7",
    ],
    [
      "four classes",
      () => topFiveDistanceMetric({ classes: 4, ...first }),
      "expected at least 5 classes, got 4",
    ],
    [
      "a NaN score",
      () =>
        topFiveDistance(
          { scores: [1, 2, 3, 4, Number.NaN, 1, 2, 3, 4, 5], frames: 2 },
          { classes: 5, ...first },
        ),
      "expected scores[4] to be a number, got NaN",
    ],
    [
      "half a row",
      () => topFiveDistance({ scores: [1, 2], frames: 2 }, { classes: 5, ...first }),
      "divisible by 5 classes",
    ],
  ];
  test.each(cases)("%s is refused", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
