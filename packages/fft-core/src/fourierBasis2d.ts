import { show, ValueError } from "@apr-kit/contracts";
import { type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";

export interface FourierBasisOptions {
  readonly height: number;
  readonly width: number;
  /** Frequency along the height, an integer: cycles per image height; negative and positive both allowed. */
  readonly row: number;
  /** Frequency along the width, an integer: cycles per image width. */
  readonly column: number;
}

/**
 * Draws the real plane wave of one frequency, with unit L2 norm.
 *
 *     b[y, x] = c · cos(2π·(row·y/height + column·x/width)),   Σ b² = 1
 *
 * @returns [height, width], float32; the caller disposes it
 *
 * Convention: (row, column) and (-row, -column) give the same wave; so do frequencies that differ by
 * height and width. c = √(2/(height·width)), or 1/√(height·width) where a frequency is its own mirror.
 *
 * @throws {ValueError} if a side is not an integer ≥ 1 or a frequency is not an integer
 * @example
 * fourierBasis2d({ height: 1, width: 2, row: 0, column: 1 }); // 0.7071, -0.7071
 *
 * @see Yin et al., A Fourier Perspective on Model Robustness in Computer Vision, NeurIPS 2019, §2.
 *      https://arxiv.org/abs/1906.08988
 */
export function fourierBasis2d({ height, width, row, column }: FourierBasisOptions): Tensor2D {
  assertInteger("height", height, 1);
  assertInteger("width", width, 1);
  assertInteger("row", row);
  assertInteger("column", column);
  const isOwnMirror = (2 * row) % height === 0 && (2 * column) % width === 0;
  const scale = Math.sqrt((isOwnMirror ? 1 : 2) / (height * width));
  const values = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const turns = ((row * y) % height) / height + ((column * x) % width) / width;
      values[y * width + x] = scale * Math.cos(2 * Math.PI * turns);
    }
  }
  return tensor2d(values, [height, width]);
}

function assertInteger(name: string, value: number, lowest = Number.NEGATIVE_INFINITY): void {
  if (Number.isInteger(value) && value >= lowest) return;
  const bound = Number.isFinite(lowest) ? ` ≥ ${lowest}` : "";
  throw new ValueError("fourierBasis2d", {
    expected: `${name} to be an integer${bound}`,
    actual: show(value),
  });
}
