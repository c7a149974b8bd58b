/**
 * @file Sums over rows of float64, two numbers at once. Addresses and `bytes` count bytes.
 *
 * Products are rounded before they are added, as in the scripts' own arithmetic. `bytes` is rounded up to whole
 * vectors of 16, so one number behind an odd row may be overwritten.
 */

/** to = a · weight */
export function scale(to: usize, a: usize, weight: f64, bytes: usize): void {
  const w = f64x2.splat(weight);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, f64x2.mul(v128.load(a + i), w));
}

/** to = a + b */
export function add(to: usize, a: usize, b: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, f64x2.add(v128.load(a + i), v128.load(b + i)));
  }
}

/** to = a · p + b · q */
export function mix(to: usize, a: usize, p: f64, b: usize, q: f64, bytes: usize): void {
  const u = f64x2.splat(p);
  const v = f64x2.splat(q);
  for (let i: usize = 0; i < bytes; i += 16) {
    const left = f64x2.mul(v128.load(a + i), u);
    v128.store(to + i, f64x2.add(left, f64x2.mul(v128.load(b + i), v)));
  }
}

/** to = to + a · weight */
export function addScaled(to: usize, a: usize, weight: f64, bytes: usize): void {
  const w = f64x2.splat(weight);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, f64x2.add(v128.load(to + i), f64x2.mul(v128.load(a + i), w)));
  }
}

/** to = to + (a + b) · weight */
export function addPair(to: usize, a: usize, b: usize, weight: f64, bytes: usize): void {
  const w = f64x2.splat(weight);
  for (let i: usize = 0; i < bytes; i += 16) {
    const pair = f64x2.add(v128.load(a + i), v128.load(b + i));
    v128.store(to + i, f64x2.add(v128.load(to + i), f64x2.mul(pair, w)));
  }
}

/**
 * Adds one row of pixels of three channels, mixed of two columns each, to sums of float32.
 *
 *     sums[3x + c] = sums[3x + c] + f32(row[3 first[x] + c] · left[x] + row[3 second[x] + c] · right[x])
 *
 * @param sums  float32, 3 · count
 * @param taps  for each of the `count` pixels: first and second, i32, then left and right, f64
 */
export function addColumns(sums: usize, row: usize, taps: usize, count: i32): void {
  for (let x = 0; x < count; x++) {
    const a = row + 24 * <usize>load<i32>(taps);
    const b = row + 24 * <usize>load<i32>(taps, 4);
    const left = load<f64>(taps, 8);
    const right = load<f64>(taps, 16);
    for (let c: usize = 0; c < 3; c++) {
      const mixed = load<f64>(a + 8 * c) * left + load<f64>(b + 8 * c) * right;
      store<f32>(sums + 4 * c, load<f32>(sums + 4 * c) + <f32>mixed);
    }
    sums += 12;
    taps += 24;
  }
}
