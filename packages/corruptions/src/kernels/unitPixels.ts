const UNIT = Float64Array.from({ length: 256 }, (_, byte) => byte / 255);
const UNIT_32 = Float32Array.from(UNIT);

/** Bytes to [0, 1] in float64: byte / 255. */
export function unitFromBytes(bytes: Uint8Array): Float64Array {
  const unit = new Float64Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) unit[i] = UNIT[bytes[i]!]!;
  return unit;
}

/** Bytes to [0, 1] in float32: byte / 255. */
export function unit32FromBytes(bytes: Uint8Array): Float32Array {
  const unit = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) unit[i] = UNIT_32[bytes[i]!]!;
  return unit;
}

/**
 * Values to bytes as the reference stores them: clipped to [0, 1], times 255, truncated.
 *
 * Convention: truncation, not rounding (0.999 → 254); NaN gives 0.
 */
export function bytesFromUnit(unit: Float64Array): Uint8Array {
  const bytes = new Uint8Array(unit.length);
  for (let i = 0; i < unit.length; i++) {
    const value = unit[i]!;
    bytes[i] = value >= 1 ? 255 : value <= 0 ? 0 : value * 255;
  }
  return bytes;
}

/** As {@link bytesFromUnit}, with the product taken in float32. */
export function bytesFromUnit32(unit: Float32Array): Uint8Array {
  const bytes = new Uint8Array(unit.length);
  for (let i = 0; i < unit.length; i++) {
    const value = unit[i]!;
    bytes[i] = value >= 1 ? 255 : value <= 0 ? 0 : Math.fround(value * 255);
  }
  return bytes;
}
