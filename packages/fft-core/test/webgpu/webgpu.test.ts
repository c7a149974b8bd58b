/** @file The laws, the accuracy and the recombination on WebGPU, where an adapter is found. */
import { expectAllClose } from "@apr-kit/testing";
import { describe, expect, test } from "@jest/globals";
import { runOnAdapter } from "./runOnAdapter.ts";

const [first, ...lines] = runOnAdapter();
const titled = lines.map((line) => [line.title ?? "", line] as const);

if (first === undefined) {
  test.skip("webgpu: no adapter (install chromium, or let APR_WEBGPU_ICD name a Vulkan ICD file)", () => {});
} else {
  describe(`on webgpu, ${first.adapter}`, () => {
    test.each(titled)("%s", (_title, { error, checks = [], left }) => {
      expect(error).toBeUndefined();
      for (const { actual, expected, ...closeness } of checks) {
        expectAllClose(numbers(actual), numbers(expected), closeness);
      }
      expect(left).toBe(0);
    });

    test("every case has been run", async () => {
      const { lawCases, referenceCases } = await import("./cases.ts");
      expect(lines).toHaveLength(lawCases.length + referenceCases.length);
    });
  });
}

function numbers(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return new Float32Array(bytes.buffer);
}
