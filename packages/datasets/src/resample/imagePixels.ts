import { ShapeError } from "@apr-kit/contracts";

/** One image in ordinary memory: bytes in [0, 255], row-major [height, width, channel]. */
export interface ImagePixels {
  readonly data: Uint8Array;
  readonly shape: readonly [height: number, width: number, channel: number];
}

/** Throws a ShapeError unless `image` has at least one pixel and exactly the bytes that its shape promises. */
export function assertImagePixels(where: string, { data, shape }: ImagePixels): void {
  const [height, width, channel] = shape;
  const isShape = shape.length === 3 && shape.every((side) => Number.isInteger(side) && side >= 1);
  if (isShape && data.length === height * width * channel) return;
  throw new ShapeError(where, {
    expected: "an image of shape [height, width, channel], each at least 1, with as many bytes",
    actual: `${data.length} bytes for [${shape.join(", ")}]`,
  });
}
