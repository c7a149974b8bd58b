import { assertPixelBatch, type PixelBatch } from "@apr-kit/contracts";
import { assertLength, assertRgb } from "../arguments.ts";
import { affineMatrix } from "./affineMatrix.ts";
import { affineWarp } from "./affineWarp.ts";
import { assertOpDraw } from "./assertOpDraw.ts";
import { blend } from "./blend.ts";
import { lookupTable } from "./lookupTable.ts";
import type { ImageSize, OpDraw } from "./opDraw.ts";

/**
 * Applies to each image its own operation.
 *
 * @param pixels RGB bytes, [batch, height, width, 3]
 * @param draws  one for each image
 * @returns a new batch of the same shape
 *
 * Convention: bit for bit what Pillow 12.3 computes.
 *
 * @throws {ShapeError} if the images are not RGB or draws are not one for each
 * @throws {ValueError} if a draw names no known operation or holds a magnitude outside its range
 *
 * @example
 * applyOps({ data: Uint8Array.of(10, 100, 200), shape: [1, 1, 1, 3] }, [{ op: "solarize", threshold: 128 }]).data;
 * // Uint8Array [10, 100, 55]
 */
export function applyOps(pixels: PixelBatch, draws: readonly OpDraw[]): PixelBatch {
  assertPixelBatch("applyOps", pixels);
  assertRgb("applyOps", pixels.shape);
  assertLength("applyOps", "draws", draws, pixels.shape[0]);
  for (const draw of draws) assertOpDraw("applyOps", draw);

  const [, height, width, channel] = pixels.shape;
  const imageBytes = height * width * channel;
  const data = new Uint8Array(pixels.data.length);
  draws.forEach((draw, index) => {
    const [start, end] = [index * imageBytes, (index + 1) * imageBytes];
    writeOp(pixels.data.subarray(start, end), data.subarray(start, end), { height, width }, draw);
  });
  return { data, shape: pixels.shape };
}

/** Applies one operation to one RGB image; `target` is another array than `source`, of equal length. */
export function writeOp(
  source: Uint8Array,
  target: Uint8Array,
  size: ImageSize,
  draw: OpDraw,
): void {
  switch (draw.op) {
    case "rotate":
    case "shearX":
    case "shearY":
    case "translateX":
    case "translateY":
      affineWarp(source, target, size, affineMatrix(draw, size));
      break;
    case "color":
    case "sharpness":
      blend(source, target, size, draw);
      break;
    default:
      mapBytes(source, target, lookupTable(source, draw));
  }
}

function mapBytes(source: Uint8Array, target: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < source.length; i += 3) {
    target[i] = table[source[i] as number] as number;
    target[i + 1] = table[256 + (source[i + 1] as number)] as number;
    target[i + 2] = table[512 + (source[i + 2] as number)] as number;
  }
}
