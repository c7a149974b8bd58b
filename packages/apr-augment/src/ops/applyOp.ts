import type { PixelBatch } from "@apr-kit/contracts";
import { applyOps } from "./applyOps.ts";
import type { OpDraw } from "./opDraw.ts";

/** Applies the same operation to every image; see {@link applyOps}. */
export function applyOp(pixels: PixelBatch, draw: OpDraw): PixelBatch {
  return applyOps(pixels, Array<OpDraw>(pixels.shape[0]).fill(draw));
}
