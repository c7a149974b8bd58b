import { describe, expect, test } from "@jest/globals";
import type { ImageSource } from "./imageSource.ts";
import { batchesInOrder, type ImageSplit, splitSource, streamBatches } from "./index.ts";

const split: ImageSplit = {
  images: { data: Uint8Array.from({ length: 40 }, (_, i) => i), shape: [10, 2, 2, 1] },
  labels: Uint8Array.from({ length: 10 }, (_, i) => i % 3),
  size: 10,
};

/** The source, and how often it was read. */
function counted(): ImageSource & { reads: number } {
  const source = { ...splitSource(split), reads: 0, read: reading };
  function reading(indices: ArrayLike<number>) {
    source.reads++;
    return splitSource(split).read(indices);
  }
  return source;
}

async function collect<TItem>(items: AsyncIterable<TItem>): Promise<TItem[]> {
  const all: TItem[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("streamBatches", () => {
  test.each([0, 1, 2, 50])(
    "gives what batchesInOrder gives, reading %p ahead",
    async (readAhead) => {
      const options = { batchSize: 3, order: [9, 0, 8, 1, 7, 2, 6, 3] };
      for (const firstStep of [0, 1, 2, 3]) {
        for (const remainder of ["keep", "drop"] as const) {
          const choice = { ...options, firstStep, remainder };
          expect(
            await collect(streamBatches(splitSource(split), { ...choice, readAhead })),
          ).toEqual([...batchesInOrder(split, choice)]);
        }
      }
    },
  );

  test("reads so many batches ahead and no more, and none after the loop is left", async () => {
    const source = counted();
    for await (const { step } of streamBatches(source, { batchSize: 1, readAhead: 3 })) {
      expect(source.reads).toBe(step + 4);
      if (step === 2) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.reads).toBe(6);
  });

  test("throws at the batch that cannot be read, after those before it", async () => {
    const order = [0, 1, 2, 99, 3];
    const steps: number[] = [];
    const walk = async () => {
      for await (const { step } of streamBatches(splitSource(split), { batchSize: 1, order }))
        steps.push(step);
    };
    await expect(walk()).rejects.toThrow("indices[0] to be an integer in [0, 10), got 99");
    expect(steps).toEqual([0, 1, 2]);
  });

  test("refuses bad numbers before anything is read", () => {
    const source = counted();
    expect(() => streamBatches(source, { batchSize: 0 })).toThrow(
      "streamBatches: expected batchSize to be an integer ≥ 1, got 0",
    );
    expect(() => streamBatches(source, { batchSize: 1, readAhead: -1 })).toThrow("readAhead");
    expect(source.reads).toBe(0);
  });
});
