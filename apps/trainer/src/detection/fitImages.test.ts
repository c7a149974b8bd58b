import { resize } from "@apr-kit/datasets";
import { describe, expect, test } from "@jest/globals";
import { fitImages } from "./fitImages.ts";

const data = Uint8Array.from({ length: 2 * 28 * 28 }, (_, i) => (i * 37) % 256);

describe("fitImages", () => {
  test("scales each grey image by itself and repeats it over the channels", () => {
    const fitted = fitImages({ data, shape: [2, 28, 28, 1] }, [32, 32, 3]);
    expect(fitted.shape).toEqual([2, 32, 32, 3]);
    for (const image of [0, 1]) {
      const own = data.subarray(image * 784, (image + 1) * 784);
      const scaled = resize({ data: own, shape: [28, 28, 1] }, { height: 32, width: 32 }).data;
      const pixels = fitted.data.subarray(image * 3072, (image + 1) * 3072);
      for (const channel of [0, 1, 2]) {
        expect(pixels.filter((_, i) => i % 3 === channel)).toEqual(scaled);
      }
    }
  });

  test("covers the wanted size and crops to the centre", () => {
    const wide = { data: Uint8Array.from([9, 1, 2, 9, 9, 3, 4, 9]), shape: [1, 2, 4, 1] } as const;
    expect([...fitImages(wide, [2, 2, 1]).data]).toEqual([1, 2, 3, 4]);
  });
});
