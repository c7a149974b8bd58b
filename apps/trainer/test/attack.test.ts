import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { startEngine } from "@apr-kit/engine";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type AttackRunOptions, attackLoadedRun } from "../src/attack/attackRun.ts";
import { fraction } from "../src/commands/attack.ts";
import { parseConfig } from "../src/config/loadConfig.ts";
import { advanceRun, closeRun } from "../src/runs/advanceRun.ts";
import { openRun, type Run } from "../src/runs/runFolder.ts";
import type { Session } from "../src/runs/session.ts";
import { createBars } from "../src/terminal/bars.ts";
import { syntheticDataset } from "./syntheticDataset.ts";

jest.setTimeout(30_000); // wasm on a busy machine

const dataset = syntheticDataset();
const config = parseConfig(
  {
    name: "tiny",
    model: { name: "fastnet", options: { width: 0.1, numClasses: 2 } },
    training: { batchSize: 8, steps: 20, learningRate: 0.05 },
  },
  "test",
);
const options: AttackRunOptions = {
  attack: "pgd",
  norm: "Linf",
  epsilon: 8 / 255,
  images: 6,
  steps: 3,
  batch: 4,
  seed: 2,
  fresh: false,
  engine: "auto",
};

let directory: string;
let run: Run;
let session: Session;
const said: string[] = [];
beforeAll(async () => {
  const engine = await startEngine({ engine: "auto", threads: 2 });
  session = {
    engine,
    bars: { ...createBars(new PassThrough() as never), say: (line) => said.push(line) },
  };
  directory = await mkdtemp(join(tmpdir(), "apr-attack-"));
  run = await openRun(directory, config);
  await advanceRun(run, dataset, () => {});
});
afterAll(async () => {
  closeRun(run);
  await rm(directory, { recursive: true, force: true });
});

const folder = () => join(directory, "attacks", "pgd-Linf-0.03137-n6-seed2-steps3");

test("apr attack stores every batch, goes on where it stopped, and starts over for another batch size", async () => {
  const given = { run, dataset, session };
  const report = await attackLoadedRun(given, options);
  expect(report.rows.map(({ attack }) => attack)).toEqual(["clean", "pgd"]);
  expect(report.robustAccuracy).toBeLessThanOrEqual(report.cleanAccuracy);
  expect(report.maxNorm).toBeLessThanOrEqual(8 / 255 + 1e-6);
  const stored = (await readdir(folder())).sort();
  expect(stored.slice(0, 2)).toEqual(["batch-0000.json", "batch-0001.json"]);
  expect(JSON.parse(await readFile(join(folder(), "report.json"), "utf8"))).toEqual(report);

  await rm(join(folder(), "batch-0001.json"));
  const again = await attackLoadedRun(given, options);
  expect({ ...again, seconds: 0 }).toEqual({ ...report, seconds: 0 });
  expect(said).toEqual(["resuming after 1 batches"]);

  const before = tf.memory().numTensors; // the engine has its lasting constants by now
  await attackLoadedRun(given, { ...options, fresh: true });
  expect(tf.memory().numTensors).toBe(before);
  await attackLoadedRun(given, { ...options, batch: 3 });
  expect(said).toHaveLength(1);
});

test("a damaged batch is computed again", async () => {
  await attackLoadedRun({ run, dataset, session }, options);
  const path = join(folder(), "batch-0000.json");
  const whole = await readFile(path, "utf8");
  await writeFile(path, whole.slice(0, 20));
  await attackLoadedRun({ run, dataset, session }, options);
  expect(JSON.parse(await readFile(path, "utf8")).step).toEqual(JSON.parse(whole).step);
});

test("AutoAttack on two classes says that it needs four", async () => {
  const attempt = attackLoadedRun({ run, dataset, session }, { ...options, attack: "autoattack" });
  await expect(attempt).rejects.toThrow("expected at least 4 classes");
});

test("epsilon is a number or a quotient", () => {
  expect(fraction("8/255")).toBe(8 / 255);
  expect(fraction(" 0.5 ")).toBe(0.5);
  for (const text of ["", "8/", "/255", "1/2/3", "-1", "0", "1/0", "eight"]) {
    expect(() => fraction(text)).toThrow("expected a positive number such as 0.03 or 8/255");
  }
});
