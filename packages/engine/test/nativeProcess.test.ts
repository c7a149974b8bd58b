import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, jest, test } from "@jest/globals";
import { addonPath, describeNative, newContext, TYPE, vector } from "./nativeSupport.ts";

jest.setTimeout(60_000); // starts processes and engines: slow on a busy machine

const T = { name: "T", type: 4, value: TYPE.float32 } as const;
const script = fileURLToPath(new URL("./fixtures/nativeProcess.mjs", import.meta.url));

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a scenario of the script in a process of its own. */
function runScenario(name: string): Promise<Ended> {
  const args = ["--expose-gc", script, addonPath, name];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? error?.signal ?? 0, stdout: stdout.trim(), stderr });
    });
  });
}

describeNative("a process with the addon", () => {
  test("writes nothing to stderr while TensorFlow's libraries are loaded through preload.node", async () => {
    const preload = addonPath.replace(/tensorflow\.node$/, "preload.node");
    const code = `require(${JSON.stringify(preload)}).preload(${JSON.stringify(addonPath)});
      process.stderr.write("own words;");
      new (require(${JSON.stringify(addonPath)}).Context)();`;
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" };
    const stderr = await new Promise((resolve) => {
      execFile(process.execPath, ["-e", code], { env }, (_, __, text) => resolve(text));
    });
    expect(stderr).toBe("own words;");
  });

  test.each([
    ["ends well after use", "plain", "8"],
    ["ends well by process.exit()", "exit", "8"],
    [
      "ends well by process.exit() while operations run on pool threads",
      "exitDuringAsync",
      "started",
    ],
    ["frees contexts by garbage collection", "collected", "8"],
    ["runs two worker threads side by side", "parallelWorkers", "16,16,0,0,8"],
    ["runs worker threads one after another", "sequentialWorkers", "16,0,16,0,16,0"],
    ["outlives a worker terminated in the middle of asynchronous work", "terminatedWorker", "8"],
  ])("%s", async (_, scenario, stdout) => {
    const { stderr, ...ended } = await runScenario(scenario);
    expect(ended).toEqual({ code: 0, stdout });
    expect(stderr).not.toMatch(/fatal|abort|segmentation/i);
  });

  test("convolves bfloat16 maps to equal bits on any number of threads", async () => {
    const { code, stdout } = await runScenario("convolvedBy1");
    expect(code).toBe(0);
    for (const others of ["convolvedBy2", "convolvedBy5"]) {
      expect(await runScenario(others)).toMatchObject({ code, stdout });
    }
  });

  test("that does not catch an error ends with code 1 and says it", async () => {
    const { code, stderr } = await runScenario("throw");
    expect(code).toBe(1);
    expect(stderr).toContain("NOT_FOUND");
  });
});

describeNative("executeOpAsync", () => {
  const context = newContext();
  const square = (size: number) =>
    context.createTensor([size, size], TYPE.float32, new Float32Array(size * size).fill(1));

  test("keeps the event loop alive while TensorFlow works", async () => {
    const a = square(1200);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    for (let i = 0; i < 5; i++) {
      const [product] = await context.executeOpAsync("MatMul", [T], [a, a], 1);
      expect(product).toEqual({ id: expect.any(Number), shape: [1200, 1200], dtype: 1 });
      context.deleteTensor(product!.id);
    }
    clearInterval(timer);
    context.deleteTensor(a);
    expect(ticks).toBeGreaterThan(5);
  });

  test("allows its inputs to be deleted at once", async () => {
    const a = square(500);
    const pending = context.executeOpAsync("MatMul", [T], [a, a], 1);
    context.deleteTensor(a);
    const [product] = await pending;
    expect((context.readTensor(product!.id) as Float32Array)[0]).toBe(500);
    context.deleteTensor(product!.id);
  });

  test("rejects with TensorFlow's status, and throws at once for a wrong call", async () => {
    const a = vector(context, 1);
    const pending = context.executeOpAsync("MatMul", [T], [a, a], 1);
    await expect(pending).rejects.toMatchObject({ code: "INVALID_ARGUMENT", op: "MatMul" });
    expect(() => context.executeOpAsync("MatMul", [T], [12345], 1)).toThrow("id of a live tensor");
    context.deleteTensor(a);
  });
});

describeNative("memory", () => {
  const context = newContext();

  function useOnce(): void {
    const a = context.createTensor([64, 64], TYPE.float32, new Float32Array(4096).fill(1));
    const [b] = context.executeOp("MatMul", [T], [a, a], 1);
    context.readTensor(b!.id);
    const text = context.createTensor([2], TYPE.string, ["x".repeat(100), "y"]);
    context.readTensor(text);
    for (const id of [a, b!.id, text]) context.deleteTensor(id);
    swallow(() => context.executeOp("MatMul", [T], [a, a], 1));
    swallow(() => context.executeOp("Neg", [T], [], 1));
    swallow(() => context.createTensor([3], TYPE.string, ["a", "b"]));
  }

  let failures = 0;
  function swallow(fail: () => unknown): void {
    try {
      fail();
    } catch {
      failures++;
    }
  }

  test("stays flat over thousands of creations, operations, readings and errors", () => {
    for (let i = 0; i < 2000; i++) useOnce();
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 5000; i++) useOnce();
    expect([context.countTensors(), failures]).toEqual([0, 21000]);
    // 5000 leaked matrices would be 80 MB, 5000 leaked strings or statuses of 100 bytes not seen here.
    expect(process.memoryUsage.rss() - before).toBeLessThan(30e6);
  });
});
