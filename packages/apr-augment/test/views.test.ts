import { asByteImages, createRng } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  applyOps,
  applyOpsOnDevice,
  aprSingle,
  drawOp,
  OP_NAMES,
  OVERLAPPING_OP_NAMES,
} from "../src/index.ts";
import { viewsOnDevice } from "../src/views/viewsOnDevice.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { type Family, picture } from "./golden.ts";

const SIZES = [
  [32, 32],
  [64, 64],
  [24, 40],
  [41, 17],
  [9, 7],
  [8, 33],
  [100, 231],
  [1, 5],
  [5, 1],
  [1, 1],
] as const;
const PORTABLE_SIZES = [
  [17, 24],
  [1, 5],
  [1, 1],
] as const;
const ALL_OPS = [...OP_NAMES, ...OVERLAPPING_OP_NAMES];

/** A batch with as many draws of random strength. */
function batch(family: Family, height: number, width: number, ops = ALL_OPS) {
  const count = 13;
  const { data } = picture(family, count * height, width);
  const pixels = { data, shape: [count, height, width, 3] as const };
  const rng = createRng({ seed: 3, purpose: `views.${family}.${height}.${width}` });
  const draws = Array.from({ length: count }, (_, i) =>
    drawOp(rng, 10, { height, width }, [ops[i % ops.length]!]),
  );
  return {
    pixels,
    draws,
    images: asByteImages(tf.tensor4d(Float32Array.from(data), [count, height, width, 3])),
  };
}

describeOnEveryEngine("operations on tensors", () => {
  test.each(SIZES)("equal those on bytes, byte for byte, at %d×%d", (height, width) => {
    for (const family of ["noise", "narrow", "gradient", "flat"] as const) {
      const { pixels, draws, images } = batch(family, height, width);
      const out = tf.tidy(() => applyOpsOnDevice(images, draws).dataSync());
      expect(Buffer.from(out).equals(Buffer.from(applyOps(pixels, draws).data))).toBe(true);
      images.dispose();
    }
  });

  test.each(PORTABLE_SIZES)(
    "with the operations that every device has differ by one at most, at %d×%d",
    (height, width) => {
      for (const family of ["noise", "narrow", "flat"] as const) {
        const { pixels, draws, images } = batch(family, height, width, [...OP_NAMES]);
        const recipes = draws.map((draw, place) => ({ place, ops: [draw] }));
        const out = tf.tidy(() => viewsOnDevice(images, recipes).dataSync());
        const expected = applyOps(pixels, draws).data;
        const distances = expected.map((value, i) => Math.abs(value - out[i]!)).sort();
        expect(distances.at(-1)).toBeLessThanOrEqual(1);
        expect(distances.filter((distance) => distance > 0).length).toBeLessThanOrEqual(
          0.03 * distances.length,
        );
        images.dispose();
      }
    },
  );

  test("APR-S of a tensor equals APR-S of the same bytes", () => {
    const { pixels, images } = batch("noise", 24, 40);
    const options = { seed: 5, epoch: 1, samples: [...Array(13).keys()] };
    const [ofBytes, ofTensor] = [aprSingle(pixels, options), aprSingle(images, options)];
    expect([...ofTensor.dataSync()]).toEqual([...ofBytes.dataSync()]);
  });
});

describe("a tensor", () => {
  test("of one channel is refused by name", () => {
    const grey = tf.zeros([1, 4, 4, 1]) as ReturnType<typeof asByteImages>;
    expect(() => applyOpsOnDevice(grey, [{ op: "equalize" }])).toThrow(
      "applyOpsOnDevice: expected RGB images of shape [batch ≥ 1, height ≥ 1, width ≥ 1, 3], got [1, 4, 4, 1]",
    );
  });
});
