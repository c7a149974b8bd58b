import { readFileSync } from "node:fs";
import type { UnitImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  assembleHeatmap,
  type FourierHeatmapOptions,
  fourierHeatmap,
  type HeatmapState,
  type LabelledImages,
  planeWaves,
} from "../src/index.ts";
import { greySet, linearPredict, randomSet } from "./sets.ts";

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
});

const small = randomSet([7, 6, 5, 3]);
const { predict } = linearPredict(90);
const options: FourierHeatmapOptions = { size: 5, epsL2: 2, seed: 4 };

describe("fourierHeatmap", () => {
  test("of a constant classifier is flat, at its clean error", async () => {
    const constant = (images: UnitImages) =>
      tf.tensor2d(new Array(images.shape[0]).fill([1, 0, 0]));
    const map = await fourierHeatmap(constant, small, options);
    const wrong = Array.from(small.labels).filter((label) => label !== 0).length / 7;
    expect(map.clean.errorRate).toBe(wrong);
    expect(new Set(map.errorRate)).toEqual(new Set([wrong]));
    expect(new Set(map.logitChange)).toEqual(new Set([0]));
  });

  test("of a detector of one wave is 1 at that wave and its mirror, and 0 elsewhere", async () => {
    const sides = { height: 8, width: 8 };
    const target = { row: 2, column: -3 };
    const wave = tf.reshape(planeWaves([target], { ...sides, phaseRadians: 0 }), [64, 1]);
    const detect = (images: UnitImages) =>
      tf.tidy(() => {
        const found = tf.matMul(tf.sub(tf.reshape(images, [images.shape[0], 64]), 0.5), wave);
        return tf.concat([tf.zerosLike(found), tf.sub(tf.abs(found), 0.5)], 1) as tf.Tensor2D;
      });
    const map = await fourierHeatmap(detect, greySet([3, 8, 8, 1]), { size: 7, epsL2: 1 });
    expect(map.clean.errorRate).toBe(0);
    for (const [index, rate] of map.errorRate.entries()) {
      const row = map.rows[Math.floor(index / 7)]!;
      const column = map.columns[index % 7]!;
      const isTarget = (row === 2 && column === -3) || (row === -2 && column === 3);
      expect([row, column, rate]).toEqual([row, column, isTarget ? 1 : 0]);
      expect(map.logitChange[index]).toBeCloseTo(isTarget ? 1 : 0, 5);
    }
  });

  test("of preset google is, to the image, that of a plain numpy evaluation of all frequencies", async () => {
    const golden = JSON.parse(
      readFileSync(new URL("golden/googleMap.json", import.meta.url), "utf8"),
    );
    const { shape, classes, epsL2 } = golden;
    const [batch, height, width, channel] = shape;
    const features = height * width * channel;
    const pixel = (index: number) => (index * index * 7 + index * 31 + 11) % 251;
    const weights = Float32Array.from({ length: features * classes }, (_, index) =>
      Math.sin(index * 1.7 + 0.3),
    );
    const linear = (images: UnitImages) =>
      tf.tidy(() =>
        tf.matMul(
          tf.reshape(images, [images.shape[0], features]),
          tf.tensor2d(weights, [features, classes]),
        ),
      ) as tf.Tensor2D;
    const images = {
      data: Uint8Array.from({ length: batch * features }, (_, index) => pixel(index)),
      shape,
    };
    const labels = Array.from({ length: batch }, (_, index) => (index * 5) % classes);
    const map = await fourierHeatmap(linear, { images, labels }, { preset: "google", epsL2 });
    expect([map.rows, map.columns]).toEqual([golden.rows, golden.columns]);
    expect(map.errorRate.map((rate) => Math.round(rate * batch))).toEqual(golden.errors);
  });

  test("is point-symmetric, and asks about each mirrored pair once", async () => {
    let asked = 0;
    const counting = (images: UnitImages) => {
      asked += images.shape[0];
      return predict(images);
    };
    const map = await fourierHeatmap(counting, small, options);
    expect(map.errorRate).toEqual([...map.errorRate].reverse());
    expect(map.logitChange).toEqual([...map.logitChange].reverse());
    expect(asked).toBe(7 + 4 + 13 * 7); // clean, half of it again, 13 of 25 frequencies
  });

  test("does not depend on the batch size, nor on the region around a frequency", async () => {
    const [whole, split] = [
      await fourierHeatmap(predict, small, options),
      await fourierHeatmap(predict, small, { ...options, batchSize: 3 }),
    ];
    expect(split.errorRate).toEqual(whole.errorRate);
    const region = { rows: [1, 2], columns: [0, 1] } as const;
    const part = await fourierHeatmap(predict, small, { ...options, region });
    expect(part.errorRate).toEqual([17, 18, 22, 23].map((index) => whole.errorRate[index]));
  });

  test("resumed from any cell equals one made at once", async () => {
    const states: HeatmapState[] = [];
    const map = await fourierHeatmap(predict, small, {
      ...options,
      onCell: (_, state) => void states.push(JSON.parse(JSON.stringify(state))),
    });
    expect(states.map(({ cells }) => cells.length)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
    ]);
    for (const previous of [states[0]!, states[6]!, states[12]!]) {
      const cells: string[] = [];
      const resumed = await fourierHeatmap(predict, small, {
        ...options,
        previous,
        onCell: ({ row, column }) => void cells.push(`${row} ${column}`),
      });
      expect(resumed).toEqual(map);
      expect(cells).toHaveLength(13 - previous.cells.length);
    }
    expect(assembleHeatmap(states[12]!)).toEqual(map);
  });

  test("refuses to resume what was made otherwise, naming the setting", async () => {
    let previous: HeatmapState | undefined;
    const onCell = (_: unknown, state: HeatmapState) => {
      previous = state;
    };
    await fourierHeatmap(predict, small, { ...options, onCell });
    const resume = (changed: FourierHeatmapOptions, data = small, model = predict) =>
      fourierHeatmap(model, data, { ...options, ...changed, previous: previous! });
    await expect(resume({ epsL2: 3 })).rejects.toThrow(
      "fourierHeatmap: expected previous to be of a map with epsL2 3, got 2",
    );
    await expect(resume({ seed: 5 })).rejects.toThrow("a map with seed 5, got 4");
    await expect(resume({}, randomSet([7, 6, 5, 3], { seed: 2 }))).rejects.toThrow("with setHash");
    const other = (images: UnitImages) => tf.neg(predict(images)) as tf.Tensor2D;
    await expect(resume({}, small, other)).rejects.toThrow("previous to be of the same model");
  });

  test("previews all of an unfinished map by its nearest finished cells", async () => {
    const states: HeatmapState[] = [];
    const coarse = { ...options, batchSize: 7 };
    await fourierHeatmap(predict, small, {
      ...coarse,
      onCell: (_, state) => void states.push({ ...state, cells: [...state.cells] }),
    });
    const first = assembleHeatmap(states[0]!);
    expect(new Set(first.errorRate)).toEqual(new Set([states[0]!.cells[0]!.errors / 7]));
    expect(() => assembleHeatmap({ ...states[0]!, cells: [] })).toThrow(
      "assembleHeatmap: expected state to have at least one cell, got none",
    );
  });

  test("over a subset has the standard error of so many images", async () => {
    const set = randomSet([400, 4, 4, 1]);
    const linear = linearPredict(16).predict;
    const map = await fourierHeatmap(linear, set, { size: 1, subset: 100 });
    const rate = map.errorRate[0]!;
    expect(map.standardError[0]).toBeCloseTo(Math.sqrt((rate * (1 - rate)) / 100), 12);
    expect(map.settings).toMatchObject({ images: 100, total: 400 });
    expect(map.convention).toContain("100 drawn of 400 images");
    const whole = await fourierHeatmap(linear, set, { size: 1 });
    expect(Math.abs(whole.errorRate[0]! - rate)).toBeLessThan(4 * map.standardError[0]!);
    const again = await fourierHeatmap(linear, set, { size: 1, subset: 100 });
    expect(again).toEqual(map);
  });

  test("reports progress to the end, and takes classifiers that answer later", async () => {
    const seen: number[] = [];
    const map = await fourierHeatmap(async (images) => predict(images), small, {
      ...options,
      batchSize: 16,
      onProgress: ({ done, total, unit }) => {
        expect([total, unit]).toEqual([91, "images"]);
        seen.push(done);
      },
    });
    expect(seen).toEqual([14, 28, 42, 56, 70, 84, 91]);
    expect(map).toEqual(await fourierHeatmap(predict, small, options));
  });

  test("leaves no tensor behind, also when predict fails midway", async () => {
    const before = tf.memory().numTensors;
    await fourierHeatmap(predict, small, options);
    expect(tf.memory().numTensors).toBe(before);
    let calls = 0;
    const failing = (images: UnitImages) => {
      if (calls++ === 5) throw new Error("no more");
      return predict(images);
    };
    await expect(fourierHeatmap(failing, small, { ...options, batchSize: 4 })).rejects.toThrow(
      "no more",
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test("takes odd, even, narrow and single-pixel images", async () => {
    for (const shape of [
      [2, 1, 1, 1],
      [2, 1, 6, 1],
      [3, 5, 4, 3],
    ] as const) {
      const linear = linearPredict(shape[1] * shape[2] * shape[3]).predict;
      const map = await fourierHeatmap(linear, randomSet(shape), { size: "full" });
      expect([map.rows.length, map.columns.length]).toEqual([shape[1], shape[2]]);
      expect(map.errorRate.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("fourierHeatmap refuses", () => {
  const answer = (make: (batch: number) => unknown) => (images: UnitImages) =>
    make(images.shape[0]) as tf.Tensor2D;
  const one = (values: number[], shape: [number, number]) => tf.tensor2d(values, shape);

  test.each<[string, (images: UnitImages) => tf.Tensor2D, string]>([
    ["a vector", answer(() => tf.zeros([7])), "predict to return logits [7, classes], got [7]"],
    ["another batch", answer(() => tf.zeros([6, 3])), "logits [7, classes], got [6, 3]"],
    ["several tensors", answer(() => [tf.zeros([7, 3])]), "got an array of 1"],
    ["nothing", answer(() => undefined), "expected predict to return a tensor [batch, classes]"],
    ["integers", answer((n) => tf.zeros([n, 3], "int32")), "logits of dtype float32, got int32"],
    [
      "NaN",
      answer((n) => one([...new Array(3 * n - 1).fill(0), Number.NaN], [n, 3])),
      "predict to return finite logits, got NaN for image 6 of a batch",
    ],
    [
      "too few classes",
      answer((n) => tf.zeros([n, 2])),
      "expected labels below 2, the number of logits",
    ],
    [
      "a model in training mode",
      (images) =>
        tf.tidy(() => tf.sub(predict(images), tf.mean(predict(images), 0, true)) as tf.Tensor2D),
      "the same logits in any batch (a model in inference mode), got logits up to",
    ],
  ])("predict that returns %s", async (_, wrong, message) => {
    await expect(fourierHeatmap(wrong, small, options)).rejects.toThrow(message);
  });

  const { images, labels } = small;
  const floats = Float32Array.from(images.data, (byte) => byte / 255);
  const spoiled = floats.slice();
  spoiled[10] = 1.5;
  test.each<[string, LabelledImages, string]>([
    ["too few labels", { images, labels: [0] }, "one label for each of 7 images, got 1 labels"],
    [
      "labels that are no class",
      { images, labels: [0, 1, 2, 0, 1, 2, -1] },
      "labels to be class indices, got -1 at 6",
    ],
    [
      "floats outside [0, 1]",
      { images: { ...images, data: spoiled }, labels },
      "expected float images in [0, 1], before any normalisation (bytes in [0, 255] as Uint8Array), got 1.5 at index 10",
    ],
    [
      "bytes that do not fill the shape",
      { images: { ...images, shape: [7, 6, 5, 1] }, labels },
      "expected images.data of 210 bytes for shape [7, 6, 5, 1], got 630 bytes",
    ],
    [
      "no images",
      { images: { data: new Uint8Array(0), shape: [0, 6, 5, 3] }, labels: [] },
      "at least one of them, and no empty side, got shape [0, 6, 5, 3]",
    ],
  ])("%s", async (_, data, message) => {
    await expect(fourierHeatmap(predict, data, options)).rejects.toThrow(message);
  });

  test.each<[FourierHeatmapOptions, string]>([
    [{ preset: "yin" as never }, 'one of yin-cifar10, yin-imagenet, gatheluck, google, got "yin"'],
    [
      { preset: "yin-cifar10" },
      "expected size to be an integer in [1, 6], the side of the images, got 31",
    ],
    [{ size: 5, epsL2: -1 }, "expected epsL2 to be a finite number ≥ 0, got -1"],
    [{ size: 5, epsL2: Number.NaN }, "epsL2 to be a finite number ≥ 0, got NaN"],
    [{ size: 5, phaseRadians: Number.NaN }, "phaseRadians to be a finite number, got NaN"],
    [
      { size: 5, signs: "both" as never },
      'signs to be one of perChannel, perImage, none, got "both"',
    ],
    [{ size: 5, subset: 8 }, "subset to be an integer in [1, 7], the number of images, got 8"],
    [{ size: 5, batchSize: 0 }, "batchSize to be an integer ≥ 1, got 0"],
    [
      { region: { rows: [-4, 0], columns: [0, 0] } },
      "region.rows to be [lowest, highest] within [-3, 2], the frequencies of side 6, got [-4,0]",
    ],
    [{ region: { rows: [0, 0], columns: [1, 0] } }, "region.columns to be [lowest, highest]"],
  ])("options %j", async (wrong, message) => {
    await expect(fourierHeatmap(predict, small, wrong)).rejects.toThrow(message);
  });

  test("floats and bytes of the same pictures give the same map", async () => {
    const asFloats = { images: { ...images, data: floats }, labels };
    const [a, b] = [
      await fourierHeatmap(predict, small, options),
      await fourierHeatmap(predict, asFloats, options),
    ];
    expect(b.errorRate).toEqual(a.errorRate);
  });
});
