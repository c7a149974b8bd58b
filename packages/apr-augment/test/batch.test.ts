import { asByteImages, asUnitImages, type ByteImages } from "@apr-kit/contracts";
import { expectAllClose, expectTensorDelta } from "@apr-kit/testing";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { cropOnDevice } from "../src/crop/cropOnDevice.ts";
import { cropOnHost } from "../src/crop/cropOnHost.ts";
import {
  aprPair,
  aprSingle,
  aprSinglePair,
  type CropAndFlipOptions,
  cropAndFlip,
  drawCropAndFlip,
  normalize,
  STATISTICS,
  toUnit,
} from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { picture } from "./golden.ts";

const KEY = { seed: 8, epoch: 5 };

function bytes(batch: number, height: number, width: number): ByteImages {
  const { data } = picture("noise", batch * height, width);
  return asByteImages(tf.tensor4d(Float32Array.from(data), [batch, height, width, 3]));
}

describeOnEveryEngine("cropAndFlip", () => {
  test("cuts a window out of the padded image and mirrors it", () => {
    const images = bytes(6, 5, 7);
    const options = { ...KEY, samples: [3, 1, 4, 15, 9, 2], padding: 2, fill: 200 };
    const out = cropAndFlip(images, options);
    const draws = drawCropAndFlip(6, options);
    const padded = tf.pad(
      images,
      [
        [0, 0],
        [2, 2],
        [2, 2],
        [0, 0],
      ],
      200,
    );
    for (const [i, { top, left, flip }] of draws.entries()) {
      const window = tf.slice(padded, [i, top, left, 0], [1, 5, 7, 3]);
      const expected = flip ? tf.reverse(window, 2) : window;
      expect([...tf.slice(out, [i, 0, 0, 0], [1, 5, 7, 3]).dataSync()]).toEqual([
        ...expected.dataSync(),
      ]);
    }
    expect(new Set(draws.map(({ flip }) => flip)).size).toBe(2);
  });

  test.each([
    [1, 1, 4],
    [1, 9, 3],
    [33, 32, 4],
    [64, 48, 8],
    [224, 7, 28],
    [5, 6, 0],
  ])("moves whole pixels at %d×%d, padding %d", (height, width, padding) => {
    const images = bytes(9, height, width);
    const options = { ...KEY, samples: [0, 1, 2, 3, 4, 5, 6, 7, 8], padding };
    const out = cropAndFlip(images, options).dataSync();
    const source = images.dataSync();
    const isInside = (y: number, x: number) => y >= 0 && y < height && x >= 0 && x < width;
    const expected = drawCropAndFlip(9, options).flatMap(({ top, left, flip }, i) =>
      Array.from({ length: height * width * 3 }, (_, element) => {
        const channel = element % 3;
        const column = Math.floor(element / 3) % width;
        const x = (flip ? width - 1 - column : column) + left - padding;
        const y = Math.floor(element / 3 / width) + top - padding;
        return isInside(y, x) ? source[((i * height + y) * width + x) * 3 + channel] : 128;
      }),
    );
    expect(Buffer.from(out).equals(Buffer.from(expected as number[]))).toBe(true);
  });

  test("without padding and flips is the identity", () => {
    const images = bytes(2, 4, 4);
    const samples = [0, 1];
    const out = cropAndFlip(images, { ...KEY, samples, padding: 0, flipProbability: 0 });
    expect([...out.dataSync()]).toEqual([...images.dataSync()]);
  });

  test("an image's result does not depend on the batch it is in", () => {
    const images = bytes(3, 6, 6);
    const whole = cropAndFlip(images, { ...KEY, samples: [10, 20, 30] });
    const alone = cropAndFlip(asByteImages(tf.slice(images, [2, 0, 0, 0], [1, 6, 6, 3])), {
      ...KEY,
      samples: [30],
    });
    expect([...tf.slice(whole, [2, 0, 0, 0], [1, 6, 6, 3]).dataSync()]).toEqual([
      ...alone.dataSync(),
    ]);
  });

  test.each([0, 3])(
    "takes the same pixels on a device as in ordinary memory, padding %d",
    (padding) => {
      const images = bytes(5, 6, 7);
      const draws = drawCropAndFlip(5, { ...KEY, samples: [1, 2, 3, 4, 5], padding });
      const border = { padding, fill: 77 };
      expect([...cropOnDevice(images, draws, border).dataSync()]).toEqual([
        ...cropOnHost(images, draws, border).dataSync(),
      ]);
    },
  );

  test("sends the gradient of each pixel back to where it came from", () => {
    const images = bytes(4, 5, 6);
    const weights = tf.reshape(tf.range(1, 4 * 5 * 6 * 3 + 1), images.shape);
    const options = { ...KEY, samples: [1, 2, 3, 4], padding: 2, fill: 0 };
    const gradient = tf.grad((x) => cropAndFlip(x as ByteImages, options))(images, weights);
    // A crop is linear, so <weights, crop(x)> = <gradient, x> for every x.
    for (const x of [images, tf.onesLike(images), tf.square(images)]) {
      const left = tf.sum(tf.mul(weights, cropAndFlip(asByteImages(x), options)));
      expectAllClose(tf.sum(tf.mul(gradient, x)), left, { rtol: 1e-5, atol: 0 });
    }
  });

  test("leaves one tensor behind", () => {
    const images = bytes(2, 4, 4);
    expectTensorDelta(() => cropAndFlip(images, { ...KEY, samples: [0, 1] }), 1);
  });
});

describe("cropAndFlip refuses", () => {
  test.each([
    [{ padding: -1 }, "expected padding to be an integer of at least 0, got -1"],
    [{ padding: 1.5 }, "expected padding to be an integer of at least 0, got 1.5"],
    [{ fill: 256 }, "expected fill to be an integer in [0, 255], got 256"],
    [{ fill: Number.NaN }, "expected fill to be an integer in [0, 255], got NaN"],
    [{ flipProbability: 2 }, "expected flipProbability in [0, 1], got 2"],
    [{ samples: [] }, "expected samples of length 1, one for each image, got length 0"],
  ])("%j", (options, message) => {
    const all: CropAndFlipOptions = { ...KEY, samples: [0], ...options };
    expect(() => cropAndFlip(bytes(1, 4, 4), all)).toThrow(`cropAndFlip: ${message}`);
  });
});

describeOnEveryEngine("normalize and toUnit", () => {
  test("a byte of 51 is 0.2, and normalised by ImageNet's red channel (0.2 - 0.485) / 0.229", () => {
    const unit = toUnit(asByteImages(tf.fill([1, 1, 1, 3], 51)));
    expectAllClose(unit, [0.2, 0.2, 0.2]);
    const expected = [(0.2 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, (0.2 - 0.406) / 0.225];
    expectAllClose(normalize(unit, STATISTICS.imagenet), expected);
  });

  test("refuses statistics that do not fit", () => {
    const unit = asUnitImages(tf.zeros([1, 1, 1, 3]));
    const statistics = STATISTICS.cifar10;
    expect(() => normalize(unit, { ...statistics, std: [1] })).toThrow(
      "normalize: expected mean and std of length 3, one for each channel, got lengths 3 and 1",
    );
    expect(() => normalize(unit, { ...statistics, std: [1, 0, 1] })).toThrow("std above 0");
    expect(() => normalize(unit, { ...statistics, mean: [1, Number.NaN, 1] })).toThrow(
      "finite means",
    );
  });

  test("takes unit images only", () => {
    // @ts-expect-error bytes are not on the unit scale
    const wrong = () => normalize(bytes(1, 1, 1), STATISTICS.cifar10);
    expect(wrong).not.toThrow(); // the compiler is the guard: values are not looked at
  });

  test("each leaves one tensor behind", () => {
    const images = bytes(1, 2, 2);
    const unit = toUnit(images);
    expectTensorDelta(() => toUnit(images), 1);
    expectTensorDelta(() => normalize(unit, STATISTICS.cifar10Apr), 1);
  });
});

describeOnEveryEngine("aprSinglePair", () => {
  const { data } = picture("noise", 4 * 8, 8);
  const pixels = { data, shape: [4, 8, 8, 3] as const };
  const key = { ...KEY, samples: [40, 41, 42, 43] };

  test("is APR-S, crop and flip, then APR-P, in this order", () => {
    const out = aprSinglePair(pixels, {
      ...key,
      single: { probability: 1 },
      crop: { fill: 0 },
      pair: { probability: 1 },
    });
    const single = aprSingle(pixels, { ...key, probability: 1 });
    const images = toUnit(cropAndFlip(single, { ...key, fill: 0 }));
    const pair = aprPair(images, { ...key, probability: 1 });
    expectAllClose(out.images, images, { rtol: 0, atol: 0 });
    expectAllClose(out.mixed, pair.mixed, { rtol: 0, atol: 0 });
    expect(out.isMixed).toBe(true);
    expect(out.partners).toEqual(pair.partners);
  });

  test("leaves its two batches behind", () => {
    expectTensorDelta(() => aprSinglePair(pixels, key), 2);
  });
});
