import { expect } from "@jest/globals";
import { memory } from "@tensorflow/tfjs-core";

/**
 * Asserts that `run` leaves exactly `delta` tensors more than it found, then disposes what it returned.
 *
 * It runs twice and the second run is counted: the first lets backends make their lasting constants.
 */
export function expectTensorDelta(run: () => unknown, delta: number): void {
  dispose(run());
  const before = memory().numTensors;
  const result = run();
  expect(memory().numTensors - before).toBe(delta);
  dispose(result);
}

/** Disposes the tensors in a tensor, array, record, Map or Set. */
function dispose(result: unknown): void {
  if (typeof result !== "object" || result === null || ArrayBuffer.isView(result)) return;
  if ("dispose" in result && typeof result.dispose === "function") result.dispose();
  else if (result instanceof Map || result instanceof Set)
    for (const part of result.values()) dispose(part);
  else for (const part of Object.values(result)) dispose(part);
}
