import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import {
  drawAprPair,
  drawAprSingle,
  drawCropAndFlip,
  drawOp,
  OP_NAMES,
  type OpDraw,
  type OpName,
  OVERLAPPING_OP_NAMES,
} from "../src/index.ts";

const COUNT = 9000;
const SIZE = { height: 32, width: 32 };
const samples = Int32Array.from({ length: COUNT }, (_, i) => i);
const draws = drawAprSingle([COUNT, 32, 32, 3], { seed: 2021, epoch: 0, samples });

/** Pearson's statistic; its 99.9 % points are 10.8, 13.8, 16.3, 26.1, 39.3 for 1, 2, 3, 8, 16 degrees of freedom. */
function chiSquare(values: readonly unknown[], expected: ReadonlyMap<unknown, number>): number {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const foreign = [...counts.keys()].filter((value) => !expected.has(value));
  expect(foreign).toEqual([]);
  let statistic = 0;
  for (const [key, share] of expected) {
    const mean = share * values.length;
    statistic += ((counts.get(key) ?? 0) - mean) ** 2 / mean;
  }
  return statistic;
}

/** Share of U(0.1, 3) in [from, to). */
const share = (from: number, to: number) => (Math.min(3, to) - Math.max(0.1, from)) / 2.9;

/** Both signs of ±0, ±1, ...: zero has none. */
const signed = (shares: readonly number[]) =>
  new Map(
    shares.flatMap(
      (p, k) =>
        (k === 0
          ? [[0, p]]
          : [
              [k, p / 2],
              [-k, p / 2],
            ]) as [number, number][],
    ),
  );

function magnitudes(op: OpName): number[] {
  const rng = createRng({ seed: 5, purpose: `test.${op}` });
  return Array.from({ length: COUNT }, () => {
    const { op: _, ...magnitude } = drawOp(rng, 3, SIZE, [op]);
    return Object.values(magnitude)[0] as number;
  });
}

describe("draws at level 3 have the distribution of the official code", () => {
  test("each of the nine operations has the same chance, in both views", () => {
    const even = new Map(OP_NAMES.map((op) => [op, 1 / 9]));
    expect(
      chiSquare(
        draws.map(({ first }) => first.op),
        even,
      ),
    ).toBeLessThan(26.1);
    expect(
      chiSquare(
        draws.map(({ second }) => second.op),
        even,
      ),
    ).toBeLessThan(26.1);
  });

  test("the second operation does not depend on the first", () => {
    const pairs = new Map(
      OP_NAMES.flatMap((a) => OP_NAMES.map((b) => [`${a} ${b}`, 1 / 81] as const)),
    );
    const seen = draws.map(({ first, second }) => `${first.op} ${second.op}`);
    expect(chiSquare(seen, pairs)).toBeLessThan(125); // 99.9 % point of 80 degrees of freedom
  });

  test("half are recombined, half of these with the amplitude of the first view", () => {
    const half = (a: unknown, b: unknown) =>
      new Map([
        [a, 0.5],
        [b, 0.5],
      ]);
    const recombined = draws.filter(({ recombine }) => recombine);
    expect(
      chiSquare(
        draws.map((d) => d.recombine),
        half(true, false),
      ),
    ).toBeLessThan(10.8);
    const directions = recombined.map((d) => d.amplitudeFrom);
    expect(chiSquare(directions, half("first", "second"))).toBeLessThan(10.8);
  });

  test("posterize keeps 4 bits in 82.8 % of draws, else 3", () => {
    const expected = new Map([
      [4, share(0, 2.5)],
      [3, share(2.5, 3)],
    ]);
    expect(expected.get(4)).toBeCloseTo(0.828, 3);
    expect(chiSquare(magnitudes("posterize"), expected)).toBeLessThan(10.8);
  });

  test("rotate turns by 0° in 8.0 %, by ±1..8° in 11.5 % each", () => {
    const shares = [...Array(9).keys()].map((k) => share(k / 3, (k + 1) / 3));
    expect(shares[0]).toBeCloseTo(0.08, 3);
    expect(shares[4]).toBeCloseTo(0.115, 3);
    expect(chiSquare(magnitudes("rotate"), signed(shares))).toBeLessThan(39.3);
  });

  test.each(["translateX", "translateY"] as const)("%s moves by 0, 1, 2, 3 of 32 pixels", (op) => {
    const shares = [0, 1, 2, 3].map((k) => share((k * 30) / 32, ((k + 1) * 30) / 32));
    expect(shares.map((p) => Math.round(p * 1000) / 10)).toEqual([28.9, 32.3, 32.3, 6.5]);
    expect(chiSquare(magnitudes(op), signed(shares))).toBeLessThan(22.5); // 6 degrees of freedom
  });

  test("solarize starts anywhere in 180..254", () => {
    const thresholds = magnitudes("solarize");
    expect(Math.min(...thresholds)).toBe(180);
    expect(Math.max(...thresholds)).toBe(254);
    const meanStrength = 1.55;
    const mean = thresholds.reduce((sum, t) => sum + t, 0) / COUNT;
    expect(Math.abs(mean - (256.5 - 25.6 * meanStrength))).toBeLessThan(0.9); // 4 standard errors
  });

  test.each(["shearX", "shearY"] as const)("%s is uniform on ±[0.003, 0.09)", (op) => {
    const factors = magnitudes(op);
    expect(factors.every((m) => Math.abs(m) >= 0.003 && Math.abs(m) < 0.09)).toBe(true);
    const bins = signed([0, 0.25, 0.25, 0.25, 0.25]);
    bins.delete(0);
    const bin = (m: number) => Math.sign(m) * (1 + Math.floor((Math.abs(m) - 0.003) / (0.087 / 4)));
    expect(chiSquare(factors.map(bin), bins)).toBeLessThan(24.4); // 7 degrees of freedom
  });

  test("translations of a non-square image scale with the side they move along", () => {
    const rng = createRng({ seed: 1, purpose: "test" });
    const far = (op: OpName) =>
      Math.max(
        ...Array.from({ length: 500 }, () => {
          const draw = drawOp(rng, 3, { height: 32, width: 224 }, [op]);
          return "pixels" in draw ? Math.abs(draw.pixels) : 0;
        }),
      );
    expect([far("translateX"), far("translateY")]).toEqual([22, 3]);
  });

  test("the overlapping operations are drawn only when asked for, with factors in [0.118, 0.64)", () => {
    const overlapping: readonly string[] = OVERLAPPING_OP_NAMES;
    expect(draws.some(({ first }: { first: OpDraw }) => overlapping.includes(first.op))).toBe(
      false,
    );
    for (const op of OVERLAPPING_OP_NAMES) {
      const factors = magnitudes(op);
      expect(Math.min(...factors)).toBeCloseTo(0.118, 3);
      expect(Math.max(...factors)).toBeCloseTo(0.64, 3);
    }
  });
});

describe("draws are keyed by seed, epoch and sample", () => {
  test("a recorded draw stays what it is", () => {
    const [draw] = drawAprSingle([1, 32, 32, 3], { seed: 1, epoch: 0, samples: [7] });
    expect(draw).toEqual(RECORDED);
  });

  test("splits and order of a batch do not change them", () => {
    const ids = [5, 900, 13, 77];
    const whole = drawAprSingle([4, 32, 32, 3], { seed: 9, epoch: 4, samples: ids });
    const crops = drawCropAndFlip(4, { seed: 9, epoch: 4, samples: ids });
    for (const [i, id] of ids.entries()) {
      const key = { seed: 9, epoch: 4, samples: [id] };
      expect(drawAprSingle([1, 32, 32, 3], key)).toEqual([whole[i]]);
      expect(drawCropAndFlip(1, key)).toEqual([crops[i]]);
    }
  });

  test("a higher probability keeps the images that were recombined before", () => {
    const key = { seed: 1, epoch: 0, samples: samples.slice(0, 500) };
    const gates = (probability: number) =>
      drawAprSingle([500, 8, 8, 3], { ...key, probability }).map((d) => d.recombine);
    const [few, many] = [gates(0.3), gates(0.6)];
    expect(few.every((isRecombined, i) => !isRecombined || many[i])).toBe(true);
    expect(gates(0).includes(true)).toBe(false);
    expect(gates(1).includes(false)).toBe(false);
  });
});

describe("drawAprPair", () => {
  const ids = samples.slice(0, 8);

  test("opens the gate of a batch with the given probability, for all images or none", () => {
    const gates = Array.from({ length: 1500 }, (_, epoch) => {
      const { isRecombined, partners } = drawAprPair(8, { seed: 1, epoch, samples: ids });
      expect(new Set(isRecombined).size).toBe(1);
      if (!isRecombined[0]) expect([...partners]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      return isRecombined[0];
    });
    expect(
      chiSquare(
        gates,
        new Map([
          [true, 0.6],
          [false, 0.4],
        ]),
      ),
    ).toBeLessThan(10.8);
  });

  test("partners are a permutation, each as likely as the other", () => {
    const seen = Array.from({ length: 1500 }, (_, epoch) => {
      const draw = drawAprPair(3, { seed: 2, epoch, samples: [4, 5, 6], probability: 1 });
      return draw.partners.join("");
    });
    const six = new Map(["012", "021", "102", "120", "201", "210"].map((order) => [order, 1 / 6]));
    expect(chiSquare(seen, six)).toBeLessThan(20.5); // 5 degrees of freedom
  });

  test("derangements leave no image alone, each as likely as the other", () => {
    const seen = Array.from({ length: 1500 }, (_, epoch) => {
      const options = { seed: 2, epoch, samples: [4, 5, 6], probability: 1, derangement: true };
      return drawAprPair(3, options).partners.join("");
    });
    expect(
      chiSquare(
        seen,
        new Map([
          ["120", 0.5],
          ["201", 0.5],
        ]),
      ),
    ).toBeLessThan(10.8);
  });

  test("gates of samples follow the sample, whatever the batch", () => {
    const options = { seed: 3, epoch: 0, gate: "sample" } as const;
    const whole = drawAprPair(8, { ...options, samples: ids }).isRecombined;
    const tail = drawAprPair(4, { ...options, samples: ids.slice(4) }).isRecombined;
    expect(tail).toEqual(whole.slice(4));
    expect(new Set(whole).size).toBe(2);
  });

  test("refuses a derangement of one image", () => {
    expect(() => drawAprPair(1, { seed: 1, epoch: 0, samples: [0], derangement: true })).toThrow(
      "aprPair: expected a batch of at least 2 images for derangement, got 1",
    );
  });
});

describe("drawCropAndFlip", () => {
  test("chooses each of the 9 × 9 windows and both orientations with equal chances", () => {
    const crops = drawCropAndFlip(COUNT, { seed: 1, epoch: 0, samples });
    const nine = new Map([...Array(9).keys()].map((k) => [k, 1 / 9]));
    expect(
      chiSquare(
        crops.map(({ top }) => top),
        nine,
      ),
    ).toBeLessThan(26.1);
    expect(
      chiSquare(
        crops.map(({ left }) => left),
        nine,
      ),
    ).toBeLessThan(26.1);
    const flips = crops.map(({ flip }) => flip);
    expect(
      chiSquare(
        flips,
        new Map([
          [true, 0.5],
          [false, 0.5],
        ]),
      ),
    ).toBeLessThan(10.8);
  });
});

const RECORDED = {
  first: { op: "solarize", threshold: 183 },
  second: { op: "rotate", degrees: -8 },
  recombine: true,
  amplitudeFrom: "first",
};
