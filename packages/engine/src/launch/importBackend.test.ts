import { afterEach, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { importBackend } from "./importBackend.ts";

const warn = jest.spyOn(console, "warn");

afterEach(() => {
  warn.mockReset();
});

test("kernels that were registered before a backend is imported stay, without a word", async () => {
  const ours = () => tf.scalar(7);
  tf.registerKernel({ kernelName: "AprOnlyOurs", backendName: "cpu", kernelFunc: ours });
  tf.registerKernel({ kernelName: "Abs", backendName: "cpu", kernelFunc: ours }); // stock has it too
  await importBackend("cpu", () => import("@tensorflow/tfjs-backend-cpu"));
  expect(tf.getKernel("AprOnlyOurs", "cpu")?.kernelFunc).toBe(ours);
  expect(tf.getKernel("Abs", "cpu")?.kernelFunc).toBe(ours);
  expect(tf.getKernel("Neg", "cpu")).toBeDefined();
  expect(warn).not.toHaveBeenCalled();
});

test("importing it again changes nothing", async () => {
  const before = tf.getKernelsForBackend("cpu");
  await importBackend("cpu", () => import("@tensorflow/tfjs-backend-cpu"));
  expect(tf.getKernelsForBackend("cpu")).toEqual(before);
});
