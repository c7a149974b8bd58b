import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { imageNetWnids } from "@apr-kit/datasets";
import { startEngine } from "@apr-kit/engine";
import { alexNetCleanError, alexNetErrors } from "@apr-kit/metrics";
import { createModel, initialParameters, saveClassifier } from "@apr-kit/models";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import sharp from "sharp";
import { modelClasses } from "../src/benchmark/modelClasses.ts";
import type { BenchmarkReport } from "../src/benchmark/printBenchmark.ts";
import { type MeasuredCell, summariseCells } from "../src/benchmark/summariseCells.ts";
import { createProgram } from "../src/program.ts";

jest.setTimeout(30_000);

const CLASSES = ["cat", "dog", "owl"];
let folder: string;

/** A network of equal scores: the first class wins, whatever it sees. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "apr-benchmark-"));
  await startEngine({ engine: "cpu" });
  const model = createModel("fastnet", { numClasses: CLASSES.length, width: 0.05 });
  const parameters = initialParameters(model, { seed: 1 });
  const last = [...parameters].filter(([, { shape }]) => shape.at(-1) === CLASSES.length);
  for (const [, variable] of last) variable.assign(tf.zeros(variable.shape));
  const normalization = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
  const bytes = await saveClassifier({ model, parameters, normalization, classNames: CLASSES });
  await writeFile(join(folder, "equal.safetensors"), bytes);
  for (const path of [
    ...["fog/1", "fog/2", "snow/1"].flatMap((cell) => [
      `set/${cell}/cat/1.png`,
      `set/${cell}/dog/2.png`,
      `set/${cell}/dog/3.png`,
      `set/${cell}/owl/4.png`,
    ]),
    "clean/dog/1.png",
    "clean/owl/2.png",
  ]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const background = { r: 10, g: 20, b: 30 };
    await sharp({ create: { width: 16, height: 16, channels: 3, background } })
      .png()
      .toFile(join(folder, path));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function outputOf(...args: string[]): Promise<string> {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  const quiet = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return write.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    write.mockRestore();
    quiet.mockRestore();
  }
}

const run = (...args: string[]) =>
  outputOf("benchmark", join(folder, "equal.safetensors"), ...args, "--engine", "cpu");

describe("apr benchmark", () => {
  test("errors of cells and of clean images, stored with their picture", async () => {
    const out = join(folder, "out");
    const places = [join(folder, "set"), "--clean", join(folder, "clean"), "--out", out];
    const report = JSON.parse(await run(...places, "--json")) as BenchmarkReport;
    expect(
      report.cells.map(({ corruption, severity, value }) => [corruption, severity, value]),
    ).toEqual([
      ["snow", 1, 0.75],
      ["fog", 1, 0.75],
      ["fog", 2, 0.75],
    ]);
    expect(report.clean).toMatchObject({ value: 1, hits: 2, count: 2 });
    expect(report.byCorruption).toEqual({ snow: 0.75, fog: 0.75 });
    expect(report.remarks).toEqual(["no mean: nothing of noise, blur, digital was measured"]);
    expect(report.conventions).toContain("classes by the names that the file states");
    expect(await readFile(join(out, "errors.svg"), "utf8")).toContain("equal on set");
    expect(await run(...places)).toContain("│ fog        │ 75.0 % │ 75.0 % │ 75.0 % │");
  });

  test("what is stored is not measured again, and other settings are refused", async () => {
    const out = join(folder, "resumed");
    const set = join(folder, "set");
    await run(set, "--corruptions", "fog", "--severities", "2", "--out", out);
    const file = join(out, "results.json");
    const stored = JSON.parse(await readFile(file, "utf8"));
    expect(stored.cells).toHaveLength(1);
    stored.cells[0].hits = 77; // would be 3 if it were measured again
    await writeFile(file, JSON.stringify(stored));
    const report = JSON.parse(await run(set, "--out", out, "--json")) as BenchmarkReport;
    expect(report.cells.map(({ hits }) => hits)).toEqual([77, 3, 3]);
    await expect(run(set, "--images", "1", "--out", out)).rejects.toThrow(
      "of another model or other settings",
    );
    const fresh = JSON.parse(await run(set, "--images", "1", "--out", out, "--fresh", "--json"));
    expect(fresh.cells.map(({ count }: MeasuredCell) => count)).toEqual([1, 1, 1]);
    await writeFile(file, "{");
    await expect(run(set, "--out", out)).rejects.toThrow("cannot be read");
  });

  test("only the classes that have a folder, where that is asked for", async () => {
    const clean = ["--clean", join(folder, "clean"), "--json"];
    const all = JSON.parse(await run(...clean, "--only-present", "--out", join(folder, "only")));
    expect(all.conventions.join()).toContain("best-scored of 2 classes");
    expect(all.clean.value).toBe(0.5);
  });

  test("nothing to measure and an unknown corruption are refused", async () => {
    await expect(run()).rejects.toThrow("give a corrupted set, or --clean");
    const set = join(folder, "set");
    await expect(run(set, "--corruptions", "rain")).rejects.toThrow("lacks rain; it has snow, fog");
    await expect(run(join(folder, "none"))).rejects.toThrow("there is nothing at");
  });
});

describe("modelClasses", () => {
  test("ImageNet's identifiers are known, whichever of them are there", () => {
    const found = modelClasses(["n01443537", "n15075141"], { numClasses: 1000 });
    expect(found).toMatchObject({ indices: [1, 999], isImageNet: true });
    expect(imageNetWnids).toHaveLength(1000);
    expect(new Set(imageNetWnids).size).toBe(1000);
    expect([...imageNetWnids].sort()).toEqual(imageNetWnids);
    expect(imageNetWnids[281]).toBe("n02123045"); // tabby, 281 in every list
  });

  test("folders called by numbers are indices, not strings in order", () => {
    const folders = ["0", "1", "10", "2"];
    expect(modelClasses(folders, { numClasses: 11 }).indices).toEqual([0, 1, 10, 2]);
  });

  test("given names come first, and have to fit", () => {
    const given = ["b", "a", "c"];
    expect(modelClasses(["a", "c"], { numClasses: 3, given }).indices).toEqual([1, 2]);
    expect(() => modelClasses(["a"], { numClasses: 4, given })).toThrow("expected 4 names");
    expect(() => modelClasses(["x"], { numClasses: 3, given })).toThrow("class folder x is not in");
  });

  test("as many folders as classes go by order; fewer are refused", () => {
    expect(modelClasses(["a", "b"], { numClasses: 2 }).indices).toEqual([0, 1]);
    expect(() => modelClasses(["a", "b"], { numClasses: 3 })).toThrow("2 class folders do not say");
  });
});

describe("summariseCells", () => {
  const cells = Object.entries(alexNetErrors).flatMap(([corruption, errors]) =>
    errors.map((value, index) => ({
      corruption,
      severity: index + 1,
      value,
      hits: 0,
      count: 1,
      seconds: 0,
    })),
  );

  test("AlexNet's own errors are mCE 1 and relative mCE 1", () => {
    const summary = summariseCells(cells, { isImageNet: true, cleanError: alexNetCleanError });
    expect(summary.meanCorruptionError?.value).toBeCloseTo(1, 12);
    expect(summary.relativeMeanCorruptionError?.value).toBeCloseTo(1, 12);
    expect(summary.remarks).toEqual([]);
  });

  test("figures that would compare with nothing are left out, with the reason", () => {
    const plain = summariseCells(cells, { isImageNet: false });
    expect(plain.meanCorruptionError).toBeUndefined();
    expect(plain.mean?.value).toBeCloseTo(0.788993, 6);
    expect(summariseCells(cells, { isImageNet: true }).remarks.join()).toContain(
      "takes the clean error",
    );
    const few = cells.filter(({ severity }) => severity < 4);
    expect(summariseCells(few, { isImageNet: true }).remarks.join()).toContain(
      "all five severities",
    );
    const uneven = cells.slice(0, -1);
    expect(summariseCells(uneven, { isImageNet: true }).remarks.join()).toContain(
      "same severities",
    );
    const without = cells.filter(({ corruption }) => corruption !== "frost");
    const summary = summariseCells(without, { isImageNet: true, cleanError: 0.2 });
    expect(summary.meanCorruptionError?.convention).toContain("without frost");
    expect(summary.remarks.join()).toContain("all fifteen corruptions");
  });

  test("validation extras are listed and never averaged in", () => {
    const extra = { corruption: "saturate", severity: 1, value: 0, hits: 0, count: 1, seconds: 0 };
    const summary = summariseCells([...cells, extra], { isImageNet: false });
    expect(summary.byCorruption.saturate).toBe(0);
    expect(summary.mean?.value).toBeCloseTo(0.788993, 6);
  });
});
