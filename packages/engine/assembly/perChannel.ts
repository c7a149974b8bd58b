/**
 * @file Streams over [rows, channel] of float32, four channels at once: `channel` is a multiple of 4.
 *
 * Vectors named in the singular (centre, gain, ...) hold one float32 for each channel. Sums are float64: blocks of rows
 * are summed in float32 registers and then added to them, so that the first levels of cache serve every channel.
 */

const BLOCK: i32 = 64;

/** sums[c] = Σ values[row, c]. */
export function channelSums(values: usize, rows: i32, channel: i32, sums: usize): void {
  const stride = (<usize>channel) << 2;
  memory.fill(sums, 0, stride << 1);
  for (let first: i32 = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    const block = values + <usize>first * stride;
    for (let c: usize = 0; c < stride; c += 16) {
      let sum = f32x4.splat(0);
      let at = block + c;
      for (let row: i32 = 0; row < count; row++) {
        sum = f32x4.add(sum, v128.load(at));
        at += stride;
      }
      addToTotals(sums + (c << 1), sum);
    }
  }
}

/** sums[c] = Σ (a[row, c] − aCentre[c]) · (b[row, c] − bCentre[c]). */
export function centredProducts(
  a: usize,
  aCentre: usize,
  b: usize,
  bCentre: usize,
  rows: i32,
  channel: i32,
  sums: usize,
): void {
  const stride = (<usize>channel) << 2;
  memory.fill(sums, 0, stride << 1);
  for (let first: i32 = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    const block = <usize>first * stride;
    for (let c: usize = 0; c < stride; c += 16) {
      const aMiddle = v128.load(aCentre + c);
      const bMiddle = v128.load(bCentre + c);
      let sum = f32x4.splat(0);
      let at = block + c;
      for (let row: i32 = 0; row < count; row++) {
        const left = f32x4.sub(v128.load(a + at), aMiddle);
        const right = f32x4.sub(v128.load(b + at), bMiddle);
        sum = f32x4.add(sum, f32x4.mul(left, right));
        at += stride;
      }
      addToTotals(sums + (c << 1), sum);
    }
  }
}

function addToTotals(totals: usize, sum: v128): void {
  const low = f64x2.promote_low_f32x4(sum);
  const high = f64x2.promote_low_f32x4(
    i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
  );
  v128.store(totals, f64x2.add(v128.load(totals), low));
  v128.store(totals, f64x2.add(v128.load(totals, 16), high), 16);
}

/** out = (x − centre) · gain + offset. */
export function normalise(
  x: usize,
  centre: usize,
  gain: usize,
  offset: usize,
  rows: i32,
  channel: i32,
  out: usize,
): void {
  const stride = (<usize>channel) << 2;
  for (let row: i32 = 0; row < rows; row++) {
    for (let c: usize = 0; c < stride; c += 16) {
      const shifted = f32x4.sub(v128.load(x + c), v128.load(centre + c));
      v128.store(
        out + c,
        f32x4.add(f32x4.mul(shifted, v128.load(gain + c)), v128.load(offset + c)),
      );
    }
    x += stride;
    out += stride;
  }
}

/** out = gain · dy + slope · (x − centre) + offset. */
export function mix(
  dy: usize,
  x: usize,
  centre: usize,
  gain: usize,
  slope: usize,
  offset: usize,
  rows: i32,
  channel: i32,
  out: usize,
): void {
  const stride = (<usize>channel) << 2;
  for (let row: i32 = 0; row < rows; row++) {
    for (let c: usize = 0; c < stride; c += 16) {
      const shifted = f32x4.sub(v128.load(x + c), v128.load(centre + c));
      const own = f32x4.mul(v128.load(dy + c), v128.load(gain + c));
      const through = f32x4.add(f32x4.mul(shifted, v128.load(slope + c)), v128.load(offset + c));
      v128.store(out + c, f32x4.add(own, through));
    }
    dy += stride;
    x += stride;
    out += stride;
  }
}

/** out = dy where y > 0, else 0; `bytes` is a multiple of 16. */
export function reluGradient(dy: usize, y: usize, bytes: usize, out: usize): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zero)));
  }
}
