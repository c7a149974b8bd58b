import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { availableEngines } from "./availableEngines.ts";
import { checkEngine } from "./checkEngine.ts";
import { type EngineName, engineInfo } from "./engineInfo.ts";
import { installEngine } from "./installEngine.ts";
import { startEngine } from "./startEngine.ts";

jest.setTimeout(60_000); // starts engines: slow on a busy machine

const engines = await availableEngines();

describe.each(engines)("the engine %s", (engine) => {
  test("starts by its name, computes known values, and tells about itself", async () => {
    const info = await startEngine({ engine, threads: 2 });
    expect(tf.getBackend()).toBe(engine);
    expect(info.engine).toBe(engine);
    expect(info.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(info.threads).toBe(engine === "tensorflow" ? 2 : 1);
    expect(info.devices[0]).toMatch(/^CPU/);
    expect(info.tried).toEqual([]);
    expect(engineInfo()).toBe(info);
    const { checks, isGood } = await checkEngine();
    expect(checks.filter((check) => !check.isGood)).toEqual([]);
    expect(isGood).toBe(true);
  });

  test("may be left and entered again, and tensors of it stay readable", async () => {
    await startEngine({ engine });
    const kept = tf.add(tf.tensor1d([1, 2]), 1);
    await startEngine({ engine: "cpu" });
    expect(Array.from(kept.dataSync())).toEqual([2, 3]);
    await startEngine({ engine });
    expect(Array.from(tf.mul(kept, kept).dataSync())).toEqual([4, 9]);
  });
});

test("availableEngines begins with the one that auto starts", async () => {
  expect((await startEngine()).engine).toBe(engines[0]);
});

test("an unknown engine is refused with the names of the known ones", async () => {
  await expect(startEngine({ engine: "cuda" as EngineName })).rejects.toThrow(
    'startEngine: expected engine to be one of auto, tensorflow, wasm, cpu, got "cuda"',
  );
  await expect(installEngine({ engine: "wasm" as "tensorflow" })).rejects.toThrow(
    'installEngine: expected engine to be "tensorflow" (wasm and cpu need no installation), got "wasm"',
  );
});

test.each([0, 1.5, Number.NaN])("%p threads are refused", async (threads) => {
  await expect(startEngine({ threads })).rejects.toThrow(
    `startEngine: expected threads to be a whole number ≥ 1, got ${threads}`,
  );
});

describe("where TensorFlow is not installed", () => {
  const saved = process.env.APR_CACHE;
  let cache: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "apr-engine-test-"));
    process.env.APR_CACHE = cache;
  });

  afterEach(() => {
    if (saved === undefined) delete process.env.APR_CACHE;
    else process.env.APR_CACHE = saved;
    rmSync(cache, { recursive: true });
  });

  test("asking for it says why it cannot start and how to get it", async () => {
    await expect(startEngine({ engine: "tensorflow" })).rejects.toThrow(
      `startEngine: tensorflow cannot start: it is not installed in ${cache}/engine; ` +
        "run `apr engine install`",
    );
  });

  test("auto takes wasm and gives the reason", async () => {
    expect(await availableEngines()).toEqual(["wasm", "cpu"]);
    const { engine, tried } = await startEngine();
    expect(engine).toBe("wasm");
    expect(tried).toEqual([
      {
        engine: "tensorflow",
        reason:
          `tensorflow cannot start: it is not installed in ${cache}/engine; ` +
          "run `apr engine install`",
      },
    ]);
  });
});

test("the default is every core that this process may use", async () => {
  const { threads, engine } = await startEngine();
  expect(threads).toBeLessThanOrEqual(availableParallelism());
  if (engine !== "tensorflow") expect(threads).toBe(1);
});
