import { ValueError } from "@apr-kit/contracts";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertAxes, assertWhole, assertWindowFits } from "./checks.ts";
import type { PoolAttrs } from "./kernels.ts";

/** How a pooling window walks; the same for height and width. */
export interface Pool2dOptions {
  /** Side of the square window. */
  readonly size: number;
  /** Pixels between windows; `size` unless given. */
  readonly stride?: number;
  /** Pixels added on each side, at most half the window; 0 unless given. */
  readonly padding?: number;
}

/** Checks and completes the options of a pooling function named `where`. */
export function completePoolOptions(
  where: string,
  images: Tensor4D,
  { size, stride = size, padding = 0 }: Pool2dOptions,
): PoolAttrs {
  assertAxes(where, "images", images, ["batch", "height", "width", "channel"]);
  assertWhole(where, "options.size", size, 1);
  assertWhole(where, "options.stride", stride, 1);
  assertWhole(where, "options.padding", padding, 0);
  if (!(padding * 2 <= size)) {
    throw new ValueError(where, {
      expected: `options.padding of at most half the window of ${size}`,
      actual: `${padding}`,
    });
  }
  assertWindowFits(where, images, [size, size], padding);
  return { size, stride, padding };
}
