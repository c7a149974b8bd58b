import { readFileSync } from "node:fs";
import { ShapeError, ValueError } from "@apr-kit/contracts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Interpolation, interpolations } from "./filters.ts";
import type { ImagePixels } from "./imagePixels.ts";
import { resize } from "./resize.ts";
import { shortSideSize } from "./shortSideSize.ts";
import { viewImage } from "./viewImage.ts";

type Shape = ImagePixels["shape"];
type Golden = {
  readonly resize: readonly {
    readonly shape: Shape;
    readonly input: string;
    readonly interpolation: Interpolation;
    readonly height: number;
    readonly width: number;
    readonly box: readonly [number, number, number, number] | null;
    readonly expected: string;
  }[];
  readonly view: readonly {
    readonly shape: Shape;
    readonly input: string;
    readonly resize: number | [number, number] | null;
    readonly crop: number | null;
    readonly outShape: Shape;
    readonly expected: string;
  }[];
  readonly centerCrop: readonly { size: number; crop: number; expected: readonly number[] }[];
  readonly shortSide: readonly {
    size: [number, number];
    side: number;
    expected: [number, number];
  }[];
};

const path = new URL("../../test/golden/resample.json", import.meta.url);
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

const images = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 3, 4))
  .chain(([height, width, channel]) => {
    const length = height * width * channel;
    const data = fc.uint8Array({ minLength: length, maxLength: length });
    return data.map((data): ImagePixels => ({ data, shape: [height, width, channel] }));
  });
const sides = fc.integer({ min: 1, max: 12 });
const anyFilter = fc.constantFrom(...interpolations);

describe("resize", () => {
  test.each(golden.resize.map((c, index) => ({ ...c, index })))(
    "gives Pillow's bytes in case $index: $interpolation, $shape to $height × $width, box $box",
    ({ shape, input, interpolation, height, width, box, expected }) => {
      const options = { height, width, interpolation, ...(box !== null && { box }) };
      const out = resize({ data: bytes(input), shape }, options);
      expect(out.shape).toEqual([height, width, shape[2]]);
      expect(out.data).toEqual(bytes(expected));
    },
  );

  test("to the same size is the identity, whatever the filter", () => {
    fc.assert(
      fc.property(images, anyFilter, (image, interpolation) => {
        const [height, width] = image.shape;
        expect(resize(image, { height, width, interpolation })).toEqual(image);
      }),
      { numRuns: 50 },
    );
  });

  test("of one colour is that colour", () => {
    fc.assert(
      fc.property(fc.nat(255), sides, sides, sides, anyFilter, (colour, a, b, c, interpolation) => {
        const image = { data: new Uint8Array(a * b).fill(colour), shape: [a, b, 1] as const };
        const { data } = resize(image, { height: c, width: b, interpolation });
        expect(data).toEqual(new Uint8Array(c * b).fill(colour));
      }),
      { numRuns: 50 },
    );
  });

  test("a window of the result holds the same bytes as the whole", () => {
    fc.assert(
      fc.property(
        images,
        sides,
        sides,
        fc.array(fc.nat(99), { minLength: 4, maxLength: 4 }),
        anyFilter,
        (image, height, width, draws, interpolation) => {
          const [a = 0, b = 0, c = 0, d = 0] = draws;
          const top = a % height;
          const left = b % width;
          const window = {
            top,
            left,
            height: 1 + (c % (height - top)),
            width: 1 + (d % (width - left)),
          };
          const whole = resize(image, { height, width, interpolation });
          const part = resize(image, { height, width, interpolation, window });
          const channel = image.shape[2];
          for (let y = 0; y < window.height; y++) {
            const from = ((top + y) * width + left) * channel;
            const row = part.data.subarray(
              y * window.width * channel,
              (y + 1) * window.width * channel,
            );
            expect(row).toEqual(whole.data.subarray(from, from + row.length));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test("treats every channel by itself", () => {
    fc.assert(
      fc.property(images, sides, sides, anyFilter, (image, height, width, interpolation) => {
        const [inHeight, inWidth, channel] = image.shape;
        const whole = resize(image, { height, width, interpolation }).data;
        for (let c = 0; c < channel; c++) {
          const plane = image.data.filter((_, index) => index % channel === c);
          const alone = resize(
            { data: plane, shape: [inHeight, inWidth, 1] },
            { height, width, interpolation },
          );
          expect(alone.data).toEqual(whole.filter((_, index) => index % channel === c));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("hamming's coefficients are in single precision, as in Pillow", () => {
    const row = Uint8Array.of(45, 103, 251, 0, 234, 46, 93, 203, 149);
    const options = { height: 1, width: 3, interpolation: "hamming" } as const;
    expect([...resize({ data: row, shape: [1, 9, 1] }, options).data]).toEqual([121, 121, 151]);
  });

  test("the example of the documentation", () => {
    const row = { data: Uint8Array.of(0, 90, 255), shape: [1, 3, 1] as const };
    expect([...resize(row, { height: 1, width: 2 }).data]).toEqual([34, 193]);
  });

  test("refuses bytes that do not fit, sizes, boxes and windows that cannot be", () => {
    const image = { data: new Uint8Array(12), shape: [2, 2, 3] as const };
    expect(() => resize({ ...image, shape: [2, 3, 3] }, { height: 1, width: 1 })).toThrow(
      ShapeError,
    );
    const refuse = (options: object, message: string) => {
      const call = () => resize(image, { height: 2, width: 2, ...options });
      expect(call).toThrow(ValueError);
      expect(call).toThrow(message);
    };
    refuse({ height: 0 }, "expected height to be an integer in [1, 2^24), got 0");
    refuse({ width: Number.NaN }, "expected width");
    refuse({ interpolation: "linear" }, 'got "linear"');
    refuse({ box: [0, 0, 3, 1] }, "expected box to be a part of the 2×2 image");
    refuse({ box: [1, 0, 1, 1] }, "expected box");
    refuse({ box: [0, Number.NaN, 1, 1] }, "expected box");
    refuse({ window: { top: 1, left: 0, height: 2, width: 1 } }, "part of the 2×2 result");
    refuse({ window: { top: 0, left: 0.5, height: 1, width: 1 } }, "expected window");
  });
});

describe("viewImage", () => {
  test.each(golden.view.map((c, index) => ({ ...c, index })))(
    "gives torchvision's bytes in case $index: $shape, resize $resize, crop $crop",
    ({ shape, input, resize: scale, crop, outShape, expected }) => {
      const view = { ...(scale !== null && { resize: scale }), ...(crop !== null && { crop }) };
      const out = viewImage({ data: bytes(input), shape }, view);
      expect(out.shape).toEqual(outShape);
      expect(out.data).toEqual(bytes(expected));
    },
  );

  test("crops and pads where torchvision does, at every size up to 8", () => {
    for (const { size, crop, expected } of golden.centerCrop) {
      const data = Uint8Array.from({ length: size * size }, (_, i) => 1 + Math.floor(i / size));
      const out = viewImage({ data, shape: [size, size, 1] }, { crop });
      expect({ size, crop, column: columnOf(out, Math.floor(crop / 2)) }).toEqual({
        size,
        crop,
        column: expected,
      });
    }
  });

  test("refuses a side below 1", () => {
    const image = { data: new Uint8Array(3), shape: [1, 1, 3] as const };
    expect(() => viewImage(image, { crop: 0 })).toThrow(
      "expected crop to be an integer ≥ 1, got 0",
    );
    expect(() => viewImage(image, { resize: 1.5 })).toThrow(ValueError);
    expect(() => viewImage(image, { resize: [1, -1] })).toThrow(ValueError);
  });
});

function columnOf({ data, shape: [height, width] }: ImagePixels, column: number): number[] {
  return Array.from({ length: height }, (_, y) => data[y * width + column] as number);
}

test("shortSideSize is torchvision's", () => {
  for (const { size, side, expected } of golden.shortSide) {
    expect({ size, side, out: shortSideSize(size, side) }).toEqual({ size, side, out: expected });
  }
});
