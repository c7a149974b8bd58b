import { roundHalfToEven } from "../kernels/roundHalfToEven.ts";
import type { FrostPhotograph } from "./frostPhotograph.ts";

const COEFFICIENT_BITS = 11;
const resized = new WeakMap<FrostPhotograph, Map<number, FrostPhotograph>>();

/**
 * Resizes a photograph by one factor, as OpenCV's INTER_LINEAR does for bytes.
 *
 * Convention: half-pixel centres, no antialiasing, weights of 11 bits; sides are rounded half to even.
 *             A factor of 1 returns the photograph itself. Results are kept as long as the photograph.
 *
 * @see OpenCV 4, modules/imgproc/src/resize.cpp
 */
export function resizePhotograph(photograph: FrostPhotograph, factor: number): FrostPhotograph {
  if (factor === 1) return photograph;
  const known = resized.get(photograph) ?? new Map<number, FrostPhotograph>();
  resized.set(photograph, known);
  const kept = known.get(factor);
  if (kept !== undefined) return kept;
  const result = resize(photograph, factor);
  known.set(factor, result);
  return result;
}

function resize({ data, height, width }: FrostPhotograph, factor: number): FrostPhotograph {
  const rows = axis(height, factor);
  const columns = axis(width, factor);
  const newHeight = rows.first.length;
  const newWidth = columns.first.length;
  const out = new Uint8Array(newHeight * newWidth * 3);
  for (let y = 0, to = 0; y < newHeight; y++) {
    const y0 = rows.first[y]! * width;
    const y1 = rows.second[y]! * width;
    for (let x = 0; x < newWidth; x++) {
      for (let c = 0; c < 3; c++, to++) {
        const left = columns.first[x]! * 3 + c;
        const right = columns.second[x]! * 3 + c;
        const w0 = columns.weight[x]!;
        const w1 = (1 << COEFFICIENT_BITS) - w0;
        const top = data[y0 * 3 + left]! * w0 + data[y0 * 3 + right]! * w1;
        const bottom = data[y1 * 3 + left]! * w0 + data[y1 * 3 + right]! * w1;
        const v0 = rows.weight[y]!;
        const v1 = (1 << COEFFICIENT_BITS) - v0;
        out[to] = (((v0 * (top >> 4)) >> 16) + ((v1 * (bottom >> 4)) >> 16) + 2) >> 2;
      }
    }
  }
  return { data: out, height: newHeight, width: newWidth };
}

/** For each output index: two source indices and the weight of the first, times 2^11. */
function axis(length: number, factor: number) {
  const newLength = roundHalfToEven(length * factor);
  const scale = 1 / factor;
  const first = new Int32Array(newLength);
  const second = new Int32Array(newLength);
  const weight = new Int32Array(newLength);
  for (let i = 0; i < newLength; i++) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    const floor = Math.floor(position);
    const fraction = Math.fround(position - floor);
    const isOutside = floor < 0 || floor >= length - 1;
    first[i] = Math.min(Math.max(floor, 0), length - 1);
    second[i] = Math.min(first[i]! + 1, length - 1);
    weight[i] = isOutside
      ? 1 << COEFFICIENT_BITS
      : roundHalfToEven(Math.fround(1 - fraction) * (1 << COEFFICIENT_BITS));
  }
  return { first, second, weight };
}
