import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { aprSinglePair, drawAprSingle, normalize, STATISTICS } from "../src/index.ts";

test("the README's example gives what it says", () => {
  const pixels = { data: new Uint8Array(2 * 32 * 32 * 3).fill(90), shape: [2, 32, 32, 3] as const };
  const key = { seed: 1, epoch: 0, samples: [7, 8] };
  const { images, mixed, isMixed } = aprSinglePair(pixels, key);
  const clean = normalize(images, STATISTICS.cifar10);
  const second = isMixed ? normalize(mixed, STATISTICS.cifar10) : clean;
  expect(second.shape).toEqual([2, 32, 32, 3]);
  const text = JSON.stringify(drawAprSingle(pixels.shape, key)[0]).replaceAll('"', "");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme.replaceAll(/["\s/]/g, "")).toContain(text);
});
