import { expect } from "@jest/globals";
import { memory } from "@tensorflow/tfjs-core";

/** Asserts that `run` leaves exactly `delta` tensors more than it found; run once before, to let constants settle. */
export function expectTensorDelta(run: () => unknown, delta: number): void {
  const first = run();
  dispose(first);
  const before = memory().numTensors;
  const result = run();
  expect(memory().numTensors - before).toBe(delta);
  dispose(result);
}

function dispose(result: unknown): void {
  if (typeof result !== "object" || result === null) return;
  if ("dispose" in result && typeof result.dispose === "function") result.dispose();
  else for (const part of Object.values(result)) dispose(part);
}
