import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { startEngine } from "@apr-kit/engine";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type AttackRunOptions, attackLoadedRun } from "../src/attack/attackRun.ts";
import type { Comparison } from "../src/attack/officialAttack.ts";
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

describe("--reference", () => {
  const { steps: _, ...withoutSteps } = options;
  const protocol = { ...withoutSteps, attack: "square", epsilon: 0.9 } as const;

  /** Answers as officialAttack.py does, from the labels of its request: all survive, and image 0 no attack. */
  async function fakePython(): Promise<string> {
    const path = join(directory, "python.mjs");
    await writeFile(
      path,
      `#!/usr/bin/env node
import { readFileSync, writeFileSync } from "node:fs";
const [script, , request, response] = process.argv.slice(2);
if (!script.endsWith("officialAttack.py")) process.exit(1);
const raw = readFileSync(request);
const { images, labels, __metadata__: metadata } = JSON.parse(raw.subarray(8, 8 + Number(raw.readBigUInt64LE(0))));
if (images.shape.join() !== "6,3,32,32" || metadata.architecture !== "fastnet") process.exit(2);
const all = [...Array(labels.shape[0]).keys()];
const rows = [{ attack: "clean", survivors: all }, { attack: metadata.attacks, survivors: all.slice(1) }];
writeFileSync(response, JSON.stringify({ torch: "2.0", rows }));
`,
    );
    await chmod(path, 0o755);
    return path;
  }

  test("compares image by image with what the published package finds", async () => {
    const reference = await fakePython();
    const { rows, official } = await attackLoadedRun(
      { run, dataset, session },
      { ...protocol, reference },
    );
    expect(official?.software).toBe("fra31/auto-attack on PyTorch 2.0");
    const [clean, square] = official?.rows ?? [];
    expect(clean).toMatchObject({ attack: "clean", ours: rows[0]?.survivors, official: 6 });
    expect(square).toMatchObject({ attack: "square", ours: rows[1]?.survivors, official: 5 });
    const both = ({ ours, onlyOurs }: Comparison) => ours - onlyOurs;
    const { official: theirs, onlyOfficial } = square as Comparison;
    expect(both(square as Comparison)).toBe(theirs - onlyOfficial);
  });

  test("refuses what the package does not run, and says what failed", async () => {
    const given = { run, dataset, session };
    await expect(attackLoadedRun(given, { ...options, reference: "python3" })).rejects.toThrow(
      "--reference: expected an attack of AutoAttack without --steps",
    );
    await expect(
      attackLoadedRun(given, { ...protocol, reference: join(directory, "no-python") }),
    ).rejects.toThrow(/the published attack failed \(spawn .*no-python ENOENT\)/);
  });
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
