interface AxisTaps {
  readonly start: Int32Array;
  /** One past the last tap. */
  readonly end: Int32Array;
  /** Weight of every tap of an output index (all taps weigh the same), times 2^22. */
  readonly weight: Int32Array;
}

const PRECISION_BITS = 22; // 32 - 8 bits of pixel - 2 of headroom, as in Pillow
const plans = new Map<string, AxisTaps>();

/**
 * Resizes a square image with the box filter, as Pillow's `Image.resize(..., BOX)` does.
 *
 * @param bytes [side, side, 3]
 * @returns [newSide, newSide, 3]
 *
 * Convention: width first, then height, with bytes in between; fixed-point weights, rounded. Growing
 *             is then the same as taking the nearest pixel.
 *
 * @see Pillow, src/libImaging/Resample.c
 */
export function boxResize(bytes: Uint8Array, side: number, newSide: number): Uint8Array {
  const taps = axisTaps(side, newSide);
  const narrow = alongWidth(bytes, side, newSide, taps); // [side, newSide, 3]
  return alongHeight(narrow, newSide, taps);
}

function axisTaps(from: number, to: number): AxisTaps {
  const key = `${from}/${to}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const start = new Int32Array(to);
  const end = new Int32Array(to);
  const weight = new Int32Array(to);
  for (let k = 0; k < to; k++) {
    const centre = (k + 0.5) * scale;
    const lower = Math.max(Math.trunc(centre - 0.5 * filterScale + 0.5), 0);
    const upper = Math.min(Math.trunc(centre + 0.5 * filterScale + 0.5), from);
    const isInside = (tap: number) => {
      const offset = (tap - centre + 0.5) * (1 / filterScale);
      return offset > -0.5 && offset <= 0.5;
    };
    start[k] = lower;
    end[k] = upper;
    while (!isInside(start[k]!)) start[k]!++;
    while (!isInside(end[k]! - 1)) end[k]!--;
    const count = end[k]! - start[k]!;
    weight[k] = Math.trunc(0.5 + (1 / count) * 2 ** PRECISION_BITS);
  }
  const plan = { start, end, weight };
  plans.set(key, plan);
  return plan;
}

function alongWidth(bytes: Uint8Array, side: number, newSide: number, taps: AxisTaps): Uint8Array {
  const out = new Uint8Array(side * newSide * 3);
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < newSide; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let tap = taps.start[x]!; tap < taps.end[x]!; tap++) {
          sum += bytes[(y * side + tap) * 3 + c]!;
        }
        out[to++] = rounded(sum * taps.weight[x]!);
      }
    }
  }
  return out;
}

function alongHeight(bytes: Uint8Array, newSide: number, taps: AxisTaps): Uint8Array {
  const rowLength = newSide * 3;
  const out = new Uint8Array(newSide * rowLength);
  for (let y = 0, to = 0; y < newSide; y++) {
    for (let i = 0; i < rowLength; i++) {
      let sum = 0;
      for (let tap = taps.start[y]!; tap < taps.end[y]!; tap++) sum += bytes[tap * rowLength + i]!;
      out[to++] = rounded(sum * taps.weight[y]!);
    }
  }
  return out;
}

function rounded(fixedPoint: number): number {
  return Math.min((fixedPoint + 2 ** (PRECISION_BITS - 1)) >> PRECISION_BITS, 255);
}
