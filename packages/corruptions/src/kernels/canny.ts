import { nearestIndex } from "./borders.ts";

/** Bounds of the gradient magnitude: above `high` is an edge, above `low` continues one. */
export interface CannyThresholds {
  readonly low: number;
  readonly high: number;
}

const TANGENT_22_5 = 13573; // tan(22.5°) · 2^15, rounded, as in OpenCV

/**
 * Finds edges: Sobel 3×3, |dx| + |dy|, non-maximum suppression, hysteresis.
 *
 * @param bytes [side, side]
 * @returns [side, side], 1 on edges and 0 elsewhere
 *
 * Convention: the image is continued by its edge pixels, the magnitude by zeros; a pixel must exceed
 *             its left or upper neighbour and reach its right or lower one, along the gradient's
 *             direction in four sectors; on the two diagonals it must exceed both.
 *
 * @see Canny, A Computational Approach to Edge Detection, PAMI 1986; OpenCV 4, imgproc/src/canny.cpp
 */
export function canny(bytes: Uint8Array, side: number, { low, high }: CannyThresholds): Uint8Array {
  const { dx, dy, magnitude } = gradients(bytes, side);
  const edges = new Uint8Array(side * side);
  const candidates = new Uint8Array(side * side);
  const stack: number[] = [];
  const stride = side + 2; // magnitude carries a frame of zeros
  for (let y = 0, pixel = 0; y < side; y++) {
    for (let x = 0; x < side; x++, pixel++) {
      const m = magnitude[(y + 1) * stride + x + 1]!;
      if (m <= low) continue;
      if (!isMaximum(magnitude, (y + 1) * stride + x + 1, stride, dx[pixel]!, dy[pixel]!)) continue;
      candidates[pixel] = 1;
      if (m <= high) continue;
      edges[pixel] = 1;
      stack.push(pixel);
    }
  }
  grow(edges, candidates, stack, side);
  return edges;
}

function gradients(bytes: Uint8Array, side: number) {
  const dx = new Int32Array(side * side);
  const dy = new Int32Array(side * side);
  const stride = side + 2;
  const magnitude = new Int32Array(stride * stride);
  for (let y = 0, pixel = 0; y < side; y++) {
    const above = nearestIndex(y - 1, side) * side;
    const here = y * side;
    const below = nearestIndex(y + 1, side) * side;
    for (let x = 0; x < side; x++, pixel++) {
      const left = nearestIndex(x - 1, side);
      const right = nearestIndex(x + 1, side);
      const rightSum = bytes[above + right]! + 2 * bytes[here + right]! + bytes[below + right]!;
      const leftSum = bytes[above + left]! + 2 * bytes[here + left]! + bytes[below + left]!;
      const belowSum = bytes[below + left]! + 2 * bytes[below + x]! + bytes[below + right]!;
      const aboveSum = bytes[above + left]! + 2 * bytes[above + x]! + bytes[above + right]!;
      dx[pixel] = rightSum - leftSum;
      dy[pixel] = belowSum - aboveSum;
      magnitude[(y + 1) * stride + x + 1] = Math.abs(dx[pixel]!) + Math.abs(dy[pixel]!);
    }
  }
  return { dx, dy, magnitude };
}

function isMaximum(
  magnitude: Int32Array,
  at: number,
  stride: number,
  dx: number,
  dy: number,
): boolean {
  const m = magnitude[at]!;
  const x = Math.abs(dx);
  const y = Math.abs(dy) * 2 ** 15;
  const lowTangent = x * TANGENT_22_5;
  if (y < lowTangent) return m > magnitude[at - 1]! && m >= magnitude[at + 1]!;
  const highTangent = lowTangent + x * 2 ** 16; // tan 67.5° = tan 22.5° + 2
  if (y > highTangent) return m > magnitude[at - stride]! && m >= magnitude[at + stride]!;
  const slope = (dx ^ dy) < 0 ? -1 : 1;
  return m > magnitude[at - stride - slope]! && m > magnitude[at + stride + slope]!;
}

/** Adds the candidates that touch an edge, by any of eight neighbours, until none does. */
function grow(edges: Uint8Array, candidates: Uint8Array, stack: number[], side: number): void {
  for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
    const x = pixel % side;
    const y = (pixel - x) / side;
    for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, side - 1); row++) {
      for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, side - 1); column++) {
        const neighbour = row * side + column;
        if (candidates[neighbour] === 0 || edges[neighbour] === 1) continue;
        edges[neighbour] = 1;
        stack.push(neighbour);
      }
    }
  }
}
