import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { channelStatistics, checkCifar10, describeDatasets, loadCifar10 } from "../src/index.ts";

test("describeDatasets lists CIFAR-10 with its sizes and sources", async () => {
  const cache = await mkdtemp(join(tmpdir(), "apr-describe-"));
  try {
    const [cifar10] = await describeDatasets({ cache });
    expect(cifar10).toMatchObject({
      name: "cifar10",
      kind: "labelled",
      splits: { train: 50_000, test: 10_000 },
    });
    expect(cifar10?.classes.length).toBe(10);
    expect(cifar10?.sources.length).toBe(2);
    expect(cifar10).not.toHaveProperty("cached");
    expect(await checkCifar10({ cache })).toMatchObject({ name: "cifar10", state: "absent" });
  } finally {
    await rm(cache, { recursive: true });
  }
});

const cached = (await describeDatasets())[0]?.cached;
const whenCached = cached === undefined ? describe.skip : describe;

whenCached("the real CIFAR-10, in the cache of this machine", () => {
  test("has the known labels, pixels, class counts and statistics", async () => {
    const { train, test: held, classes, statistics } = await loadCifar10({ verify: true });
    expect([...train.labels.subarray(0, 10)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
    expect([...held.labels.subarray(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
    expect([...train.images.data.subarray(0, 6)]).toEqual([59, 62, 63, 43, 46, 45]);
    expect([...held.images.data.subarray(0, 6)]).toEqual([158, 112, 49, 159, 111, 47]);
    classes.forEach((_, k) => {
      expect(train.labels.filter((label) => label === k).length).toBe(5000);
      expect(held.labels.filter((label) => label === k).length).toBe(1000);
    });
    const { mean, std } = channelStatistics(train.images);
    mean.forEach((value, c) => {
      expect(value).toBeCloseTo(statistics?.mean[c] as number, 7);
      expect(std[c]).toBeCloseTo(statistics?.std[c] as number, 7);
    });
  });
});
