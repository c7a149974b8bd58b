import { createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  batchesInOrder,
  channelStatistics,
  type ImageSplit,
  shuffledOrder,
  splitValidation,
  takeBatch,
} from "../src/index.ts";

/** Image i holds the bytes 6i .. 6i + 5 (mod 256) and has label i mod 10. */
function counting(size: number): ImageSplit {
  const data = Uint8Array.from({ length: size * 6 }, (_, i) => i);
  const labels = Uint8Array.from({ length: size }, (_, i) => i % 10);
  return { images: { data, shape: [size, 1, 2, 3] }, labels, size };
}

describe("takeBatch", () => {
  test("takeBatch(split, [2, 0, 2]) holds these images and labels in this order", () => {
    const { images, labels } = takeBatch(counting(4), [2, 0, 2]);
    expect(images.shape).toEqual([3, 1, 2, 3]);
    expect([...images.data]).toEqual([
      12, 13, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17,
    ]);
    expect([...labels]).toEqual([2, 0, 2]);
  });

  test("a batch is a copy: changing it leaves the split alone", () => {
    const split = counting(2);
    takeBatch(split, [1]).images.data.fill(0);
    expect(split).toEqual(counting(2));
  });

  test("an empty choice gives an empty batch", () => {
    expect(takeBatch(counting(2), []).images.shape).toEqual([0, 1, 2, 3]);
  });

  test.each([-1, 4, 1.5, Number.NaN])("index %p is refused", (index) => {
    expect(() => takeBatch(counting(4), [0, index])).toThrow(
      `takeBatch: expected indices[1] to be an integer in [0, 4), got ${index}`,
    );
  });

  test("a split with a label too few is refused", () => {
    expect(() => takeBatch({ ...counting(3), labels: new Uint8Array(2) }, [0])).toThrow(
      "takeBatch: expected a split of 3 images and labels, got 3 images and 2 labels",
    );
  });
});

describe("shuffledOrder", () => {
  test("every order is a permutation, and equal seeds and epochs give equal orders", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(), fc.nat(1000), (size, seed, epoch) => {
        const order = shuffledOrder(size, { seed, epoch });
        expect(order.slice().sort()).toEqual(Int32Array.from({ length: size }, (_, i) => i));
        expect(shuffledOrder(size, { seed, epoch })).toEqual(order);
      }),
      { numRuns: 50 },
    );
  });

  test("epochs and seeds differ from one another", () => {
    const orders = [
      shuffledOrder(50, { seed: 1, epoch: 0 }),
      shuffledOrder(50, { seed: 1, epoch: 1 }),
      shuffledOrder(50, { seed: 2, epoch: 0 }),
    ].map(String);
    expect(new Set(orders).size).toBe(3);
  });

  test("a size of -1 is refused", () => {
    expect(() => shuffledOrder(-1, { seed: 0, epoch: 0 })).toThrow("integer in [0, 2^31), got -1");
  });
});

describe("batchesInOrder", () => {
  test("without an order it walks from 0, and the last batch may be smaller", () => {
    const steps = [...batchesInOrder(counting(5), { batchSize: 2 })];
    expect(steps.map(({ step, indices }) => [step, ...indices])).toEqual([
      [0, 0, 1],
      [1, 2, 3],
      [2, 4],
    ]);
    expect(steps[2]?.images.shape).toEqual([1, 1, 2, 3]);
  });

  test('remainder "drop" leaves out what fills no batch', () => {
    const steps = [...batchesInOrder(counting(5), { batchSize: 2, remainder: "drop" })];
    expect(steps.length).toBe(2);
  });

  test("a walk resumed at any step gives what the whole walk gives from there", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(45),
        (size, batchSize, firstStep) => {
          const split = counting(size);
          const order = shuffledOrder(size, { seed: 3, epoch: 2 });
          const whole = [...batchesInOrder(split, { batchSize, order })];
          const resumed = [...batchesInOrder(split, { batchSize, order, firstStep })];
          expect(resumed).toEqual(whole.slice(firstStep));
          expect(whole.flatMap(({ indices }) => [...indices])).toEqual([...order]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("images and labels stay together", () => {
    const order = shuffledOrder(30, { seed: 1, epoch: 0 });
    for (const { images, labels } of batchesInOrder(counting(30), { batchSize: 7, order })) {
      labels.forEach((label, row) => {
        expect(((images.data[row * 6] as number) / 6) % 10).toBe(label);
      });
    }
  });

  test("a batch size of 0 is refused at once, not at the first step", () => {
    expect(() => batchesInOrder(counting(2), { batchSize: 0 })).toThrow(
      "batchesInOrder: expected batchSize to be an integer ≥ 1, got 0",
    );
    expect(() => batchesInOrder(counting(2), { batchSize: 1, firstStep: -1 })).toThrow("firstStep");
  });
});

describe("splitValidation", () => {
  test("the parts are disjoint, together whole, and keep the order", () => {
    const { train, validation } = splitValidation(counting(40), { size: 12, seed: 5 });
    const first = ({ images }: ImageSplit) => [...images.data].filter((_, i) => i % 6 === 0);
    expect([train.size, validation.size]).toEqual([28, 12]);
    expect([...first(train), ...first(validation)].sort((a, b) => a - b)).toEqual(
      first(counting(40)),
    );
    for (const part of [train, validation]) {
      expect(first(part)).toEqual(first(part).toSorted((a, b) => a - b));
      expect(first(part).map((byte) => (byte / 6) % 10)).toEqual([...part.labels]);
    }
  });

  test("coarse labels go where their images go", () => {
    const split = counting(40);
    const coarseLabels = split.labels.map((label) => label >> 1);
    const { train, validation } = splitValidation(
      { ...split, coarseLabels },
      { size: 12, seed: 5 },
    );
    for (const part of [train, validation]) {
      expect(part.coarseLabels).toEqual(part.labels.map((label) => label >> 1));
    }
    expect(splitValidation(split, { size: 12, seed: 5 }).train).not.toHaveProperty("coarseLabels");
  });

  test("equal seeds hold out equal images, other seeds others", () => {
    const held = (seed: number) => [
      ...splitValidation(counting(40), { size: 12, seed }).validation.images.data,
    ];
    expect(held(1)).toEqual(held(1));
    expect(held(1)).not.toEqual(held(2));
  });

  test.each([0, 40, 2.5])("a size of %p is refused", (size) => {
    expect(() => splitValidation(counting(40), { size, seed: 1 })).toThrow(
      `splitValidation: expected size to be an integer in [1, 40), got ${size}`,
    );
  });
});

describe("channelStatistics", () => {
  test("two pixels of 0 and 255 have mean 1/2 and std 1/2", () => {
    const images = { data: Uint8Array.of(0, 51, 255, 51), shape: [2, 1, 1, 2] as const };
    const { mean, std } = channelStatistics(images);
    expect(mean).toEqual([0.5, 0.2]);
    expect(std).toEqual([0.5, 0]);
  });

  test("it agrees with the two-pass formula", () => {
    const rng = createRng({ seed: 1, purpose: "test" });
    const data = Uint8Array.from({ length: 300 }, () => rng.integer(256));
    const { mean, std } = channelStatistics({ data, shape: [4, 5, 5, 3] });
    const green = [...data].filter((_, i) => i % 3 === 1).map((byte) => byte / 255);
    const expected = green.reduce((a, b) => a + b) / 100;
    expect(mean[1]).toBeCloseTo(expected, 12);
    const variance = green.reduce((sum, x) => sum + (x - expected) ** 2, 0) / 100;
    expect(std[1]).toBeCloseTo(Math.sqrt(variance), 12);
  });

  test("no image is refused", () => {
    const images = { data: new Uint8Array(0), shape: [0, 2, 2, 3] as const };
    expect(() => channelStatistics(images)).toThrow("expected at least one pixel, got none");
  });
});
