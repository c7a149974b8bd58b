const { fround, trunc } = Math;

/**
 * Goes from `from` to `to` by `factor`, and beyond `to` when it exceeds 1.
 *
 *     from + factor · (to - from), truncated and clipped to [0, 255]
 *
 * Convention: float32 at every step, as Pillow's Image.blend computes it.
 */
export function blendByte(from: number, to: number, factor: number): number {
  const value = fround(from + fround(fround(factor) * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : trunc(value);
}
