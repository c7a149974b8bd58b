import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { startEngine } from "@apr-kit/engine";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { parseConfig } from "../src/config/loadConfig.ts";
import { cutoffChart } from "../src/frequency/cutoffChart.ts";
import { measureCutoffs } from "../src/frequency/cutoffRuns.ts";
import { type OpenRuns, withRuns } from "../src/frequency/openRuns.ts";
import { swapChart } from "../src/frequency/swapChart.ts";
import { measureSwaps } from "../src/frequency/swapRuns.ts";
import { advanceRun, closeRun } from "../src/runs/advanceRun.ts";
import { openRun } from "../src/runs/runFolder.ts";
import { createBars } from "../src/terminal/bars.ts";
import { syntheticDataset } from "./syntheticDataset.ts";

jest.setTimeout(30_000); // wasm on a busy machine

const dataset = syntheticDataset(32, 20);
const config = parseConfig(
  {
    name: "tiny",
    model: { name: "fastnet", options: { width: 0.1, numClasses: 2 } },
    training: { batchSize: 8, steps: 30, learningRate: 0.05 },
    evaluation: { batchSize: 16 },
  },
  "test",
);

let directory: string;
let open: OpenRuns;
beforeAll(async () => {
  const engine = await startEngine({ engine: "auto", threads: 2 });
  directory = await mkdtemp(join(tmpdir(), "apr-frequency-"));
  const run = await openRun(join(directory, "halves"), config);
  await advanceRun(run, dataset, () => {});
  const session = { engine, bars: createBars(new PassThrough() as never) };
  open = { runs: [run], names: ["halves"], dataset, session };
});
afterAll(async () => {
  open.runs.forEach(closeRun);
  await rm(directory, { recursive: true, force: true });
});

const common = { seed: 1, engine: "auto" } as const;

test("apr cutoff counts in cycles per image, and draws a panel a filter", async () => {
  const options = { ...common, pass: ["low", "high"], cutoffs: [3, 12], images: 10 } as const;
  const report = await measureCutoffs(open, options);
  expect(report.images).toBe(10);
  expect(report.curves.map(({ run, pass }) => `${run} ${pass}`)).toEqual([
    "halves low",
    "halves high",
  ]);
  const [low, high] = report.curves.map(({ errors }) => errors.map(({ errorRate }) => errorRate));
  expect(Math.max(...(low ?? []))).toBeLessThan(0.3); // a bright half is of low frequency
  expect(high?.[1]).toBeGreaterThan(low?.[1] ?? 1); // noise and an edge are left
  expect(report.curves[0]?.clean).toBe(0);
  expect(report.curves[0]?.errors.map(({ cutoff }) => cutoff)).toEqual([3, 12]);
  const picture = await cutoffChart(report);
  expect(picture).toContain("low pass: below the cut-off");
  expect(picture).toContain("high pass: the cut-off and above");
  const before = tf.memory().numTensors;
  expect(await measureCutoffs(open, options)).toEqual(report);
  expect(tf.memory().numTensors).toBe(before);
});

test("apr swap finds that a bright half lies in the phase", async () => {
  const options = { ...common, axes: "spatial", follow: "labels" } as const;
  const report = await measureSwaps(open, options);
  expect(report.runs[0]).toMatchObject({ run: "halves", pairs: 20, neither: 0 });
  expect(report.runs[0]?.phase).toBeGreaterThan(0.9);
  expect(report.runs[0]?.convention).toContain("follows labels");
  expect(await swapChart(report)).toMatch(/^<svg[\s\S]*halves/);
});

test("runs of one name are refused before anything is loaded", async () => {
  await expect(withRuns(["a/x", "b/x"], common, async () => 0)).rejects.toThrow(
    'expected runs of different names, got "x" twice',
  );
});
