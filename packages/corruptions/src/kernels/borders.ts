/** Edge pixel repeated: a a | a b c d | d d. */
export function nearestIndex(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}

/** Half-sample symmetric: b a | a b c d | d c, repeated as often as needed. */
export function reflectIndex(index: number, length: number): number {
  if (index >= 0 && index < length) return index;
  const period = 2 * length;
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - 1 - wrapped;
}

/** Whole-sample symmetric, OpenCV's reflect-101: c b | a b c d | c b, repeated as often as needed. */
export function reflect101Index(index: number, length: number): number {
  if (index >= 0 && index < length) return index;
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}
