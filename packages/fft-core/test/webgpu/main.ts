/**
 * @file Runs all cases on a WebGPU adapter and prints one line of JSON for each: a process of its own, because
 * Vulkan finds its driver by the environment. Nothing may call dataSync: WebGPU in Node has none.
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { lawCases, referenceCases } from "./cases.ts";
import { startWebGpu } from "./device.ts";
import type { Line, LineCheck } from "./line.ts";

const CLOSE = { rtol: 1e-4, atol: 2e-5 };

async function main(): Promise<void> {
  const adapter = await startWebGpu();
  if (adapter === undefined) return;
  print({ adapter });
  for (const { title, checks } of lawCases) {
    await report(title, async () => {
      const tensors = tf.tidy(checks);
      const compared = await Promise.all(
        tensors.map(async ({ actual, expected, rtol, atol }) => ({
          actual: numbers(await actual.data()),
          expected: numbers(await expected.data()),
          rtol,
          atol,
        })),
      );
      tf.dispose(tensors);
      return compared;
    });
  }
  for (const { title, tensors } of referenceCases) {
    await report(`${title} equal those of the cpu backend`, async () => {
      const actual = await valuesOf(tensors);
      await tf.setBackend("cpu");
      const expected = await valuesOf(tensors);
      await tf.setBackend("webgpu");
      return actual.map((values, i) => ({ actual: values, expected: expected[i] ?? "", ...CLOSE }));
    });
  }
}

async function report(title: string, work: () => Promise<LineCheck[]>): Promise<void> {
  const before = tf.memory().numTensors;
  try {
    const checks = await work();
    print({ title, checks, left: tf.memory().numTensors - before });
  } catch (error) {
    print({ title, error: error instanceof Error ? error.message : String(error) });
  }
}

async function valuesOf(make: () => tf.Tensor[]): Promise<string[]> {
  const tensors = tf.tidy(make);
  const values = await Promise.all(tensors.map(async (tensor) => numbers(await tensor.data())));
  tf.dispose(tensors);
  return values;
}

function numbers(values: ArrayLike<number>): string {
  return Buffer.from(Float32Array.from(values).buffer).toString("base64");
}

function print(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
process.exit(0); // Dawn keeps the process alive
