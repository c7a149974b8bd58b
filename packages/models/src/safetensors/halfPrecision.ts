/**
 * Widening and narrowing of 16-bit floats, by their bits. Narrowing rounds to nearest, ties to even;
 * what is too large becomes infinite; NaN stays NaN.
 *
 * @file Node 20 has no Float16Array, and no runtime has bfloat16.
 */

const word = new DataView(new ArrayBuffer(4));

function bitsOf(value: number): number {
  word.setFloat32(0, value);
  return word.getUint32(0);
}

function fromBits(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

/** bfloat16 is the upper half of float32. */
export function widenBfloat16(bits: number): number {
  return fromBits((bits << 16) >>> 0);
}

export function narrowBfloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const bits = bitsOf(value);
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits. */
export function widenFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

export function narrowFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00; // halfway between the largest finite value and 65536
  const exponent = Math.max(Math.floor(Math.log2(size)), -14); // below 2^-14 steps stay the same
  const units = roundHalfEven(size / 2 ** (exponent - 10)); // 2048 carries into the exponent
  return sign | (((exponent + 14) << 10) + units);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
