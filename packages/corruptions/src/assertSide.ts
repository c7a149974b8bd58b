import { ShapeError } from "@apr-kit/contracts";

const SMALLEST_SIDE = 16; // below it glass blur has nothing to move and pixelation nothing left

/** Throws a ShapeError unless the images are square, of at least 16 pixels a side, and RGB. */
export function assertSide(where: string, shape: readonly [number, number, number]): void {
  const [height, width, channel] = shape;
  const actual = `[${shape.join(", ")}]`;
  if (channel !== 3) {
    throw new ShapeError(where, {
      expected: "RGB images, 3 channels (repeat a grey channel three times)",
      actual,
    });
  }
  if (height !== width || height < SMALLEST_SIDE) {
    throw new ShapeError(where, {
      expected: `square images of at least ${SMALLEST_SIDE} pixels a side`,
      actual,
    });
  }
}
