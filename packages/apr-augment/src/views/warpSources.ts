import type { AffineMatrix } from "../ops/affineMatrix.ts";
import type { ImageSize } from "../ops/opDraw.ts";

/** For every pixel of a batch of warped images where it comes from, as in affineWarp. */
export interface WarpSources {
  /** Index of the upper left of four source pixels, [image · height · width]. */
  readonly places: Int32Array;
  /** Weight of the pixel to its right; 0 where there is none. */
  readonly right: Float32Array;
  /** Weight of the row below; 0 where there is none. */
  readonly down: Float32Array;
  /** 0 where the result is black, else 1. */
  readonly inside: Float32Array;
}

/** One matrix for each image. */
export function warpSources(
  matrices: readonly AffineMatrix[],
  { height, width }: ImageSize,
): WarpSources {
  const count = matrices.length * height * width;
  const places = new Int32Array(count);
  const [right, down, inside] = [0, 1, 2].map(() => new Float32Array(count)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  let i = 0;
  matrices.forEach(([a, b, c, d, e, f], image) => {
    const start = image * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const sourceX = a * (x + 0.5) + b * (y + 0.5) + c;
        const sourceY = d * (x + 0.5) + e * (y + 0.5) + f;
        places[i] = start;
        if (!(sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height)) continue;
        inside[i] = 1;
        const column = Math.floor(sourceX - 0.5);
        const row = Math.floor(sourceY - 0.5);
        places[i] = start + Math.max(row, 0) * width + Math.max(column, 0);
        if (column >= 0 && column + 1 < width) right[i] = sourceX - 0.5 - column;
        if (row >= 0 && row + 1 < height) down[i] = sourceY - 0.5 - row;
      }
    }
  });
  return { places, right, down, inside };
}
