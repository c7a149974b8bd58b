/**
 * @file How pixels get into transforms and out again.
 *
 * Two layouts, both float32 with the real and the imaginary parts apart, rows of `…Row` bytes:
 *
 *     pixels    [rows, columns]   before the transform along rows' index
 *     spectrum  [columns, rows]   after it, transposed, so that columns are next
 *
 * Each holds areas side by side, at byte offsets `at`. A *packed* area is a real image: its left half is the
 * real part, its right half the imaginary part of `half` columns, so that one complex transform does both.
 * Its spectrum has the frequencies 0..rows/2. A *complex* area has all of them. Sides are padded to whole
 * vectors; what lies in the padding is finite as far as the image is, and never read into a result.
 */

const HALF_ROOT_3: f32 = 0.8660254037844386;

/** A real image with any strides, in bytes, to a packed area. */
export function loadPacked(
  source: usize,
  rowStride: usize,
  columnStride: usize,
  rows: i32,
  columns: i32,
  re: usize,
  im: usize,
  row: usize,
  half: i32,
): void {
  for (let i: i32 = 0; i < rows; i++) {
    const from = source + rowStride * i;
    for (let j: i32 = 0; j < half; j++) {
      const left: f32 = j < columns ? load<f32>(from + columnStride * j) : 0;
      const right: f32 = j + half < columns ? load<f32>(from + columnStride * (j + half)) : 0;
      store<f32>(re + row * i + 4 * j, left);
      store<f32>(im + row * i + 4 * j, right);
    }
  }
}

export function storePacked(
  re: usize,
  im: usize,
  row: usize,
  half: i32,
  rows: i32,
  columns: i32,
  target: usize,
  rowStride: usize,
  columnStride: usize,
  scale: f32,
): void {
  for (let i: i32 = 0; i < rows; i++) {
    const to = target + rowStride * i;
    for (let j: i32 = 0; j < columns; j++) {
      const from = j < half ? re + row * i + 4 * j : im + row * i + 4 * (j - half);
      store<f32>(to + columnStride * j, scale * load<f32>(from));
    }
  }
}

/**
 * Pixels of three channels to a packed area of their sum s, and to a complex area, at `complexAt`, of
 *
 *     c = R - (G + B)/2 + (√3/2)·i·(B - G)
 *
 * s, c and conj(c) are the transform over channels; grey pixels have c = 0 exactly.
 */
export function loadColours(
  source: usize,
  rows: i32,
  columns: i32,
  re: usize,
  im: usize,
  row: usize,
  half: i32,
  complexAt: usize,
): void {
  for (let i: i32 = 0; i < rows; i++) {
    const from = source + 12 * columns * i;
    const toRe = re + row * i;
    const toIm = im + row * i;
    for (let j: i32 = 0; j < columns; j++) {
      const r = load<f32>(from + 12 * j);
      const g = load<f32>(from + 12 * j, 4);
      const b = load<f32>(from + 12 * j, 8);
      store<f32>(j < half ? toRe + 4 * j : toIm + 4 * (j - half), r + (g + b));
      store<f32>(toRe + complexAt + 4 * j, r - <f32>0.5 * (g + b));
      store<f32>(toIm + complexAt + 4 * j, HALF_ROOT_3 * (b - g));
    }
    for (let j: i32 = columns; j < 2 * half; j++) {
      store<f32>(j < half ? toRe + 4 * j : toIm + 4 * (j - half), 0);
    }
    for (let j: i32 = columns; j < ((columns + 3) & ~3); j++) {
      store<f32>(toRe + complexAt + 4 * j, 0);
      store<f32>(toIm + complexAt + 4 * j, 0);
    }
  }
}

/** The inverse of {@link loadColours}, times 3·scale. */
export function storeColours(
  re: usize,
  im: usize,
  row: usize,
  half: i32,
  complexAt: usize,
  rows: i32,
  columns: i32,
  target: usize,
  scale: f32,
): void {
  const two: f32 = <f32>2 * scale;
  const root: f32 = <f32>2 * HALF_ROOT_3 * scale;
  for (let i: i32 = 0; i < rows; i++) {
    const to = target + 12 * columns * i;
    const fromRe = re + row * i;
    const fromIm = im + row * i;
    for (let j: i32 = 0; j < columns; j++) {
      const s: f32 = scale * load<f32>(j < half ? fromRe + 4 * j : fromIm + 4 * (j - half));
      const u = load<f32>(fromRe + complexAt + 4 * j);
      const v = root * load<f32>(fromIm + complexAt + 4 * j);
      const rest: f32 = s - scale * u;
      store<f32>(to + 12 * j, s + two * u);
      store<f32>(to + 12 * j, rest - v, 4);
      store<f32>(to + 12 * j, rest + v, 8);
    }
  }
}

/** Numbers with any strides, in bytes, to part of a spectrum or complex area, or from it. */
export function copy(
  source: usize,
  sourceRow: usize,
  sourceColumn: usize,
  target: usize,
  targetRow: usize,
  targetColumn: usize,
  rows: i32,
  columns: i32,
  scale: f32,
): void {
  for (let i: i32 = 0; i < rows; i++) {
    const from = source + sourceRow * i;
    const to = target + targetRow * i;
    for (let j: i32 = 0; j < columns; j++) {
      store<f32>(to + targetColumn * j, scale * load<f32>(from + sourceColumn * j));
    }
  }
}

function low(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

function high(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

/** Four vectors, to the rows of a transposed block; rows from `count` on are left alone. */
function storeTransposed(
  to: usize,
  row: usize,
  count: i32,
  a: v128,
  b: v128,
  c: v128,
  d: v128,
): void {
  const ac = low(a, c);
  const bd = low(b, d);
  const acHigh = high(a, c);
  const bdHigh = high(b, d);
  if (count > 0) v128.store(to, low(ac, bd));
  if (count > 1) v128.store(to + row, high(ac, bd));
  if (count > 2) v128.store(to + 2 * row, low(acHigh, bdHigh));
  if (count > 3) v128.store(to + 3 * row, high(acHigh, bdHigh));
}

/** own·x[k] + mirrored·x[-k] of rows; beyond the last of them, anything finite. */
function mixed(base: usize, row: usize, rows: i32, k: i32, own: f32, mirrored: f32): v128 {
  const at = base + row * <usize>min(k, rows - 1);
  const mirror = base + row * <usize>(k === 0 ? 0 : max(rows - k, 0));
  return f32x4.add(
    f32x4.mul(f32x4.splat(own), v128.load(at)),
    f32x4.mul(f32x4.splat(mirrored), v128.load(mirror)),
  );
}

/** Four rows of {@link mixed} from k on, transposed. */
function storeMixed(
  to: usize,
  toRow: usize,
  count: i32,
  base: usize,
  row: usize,
  rows: i32,
  k: i32,
  own: f32,
  mirrored: f32,
): void {
  const a = mixed(base, row, rows, k, own, mirrored);
  const b = mixed(base, row, rows, k + 1, own, mirrored);
  const c = mixed(base, row, rows, k + 2, own, mirrored);
  const d = mixed(base, row, rows, k + 3, own, mirrored);
  storeTransposed(to, toRow, count, a, b, c, d);
}

/** Spectrum of a packed area: takes both halves apart, and transposes. */
export function separate(
  re: usize,
  im: usize,
  row: usize,
  half: i32,
  rows: i32,
  columns: i32,
  toRe: usize,
  toIm: usize,
  toRow: usize,
): void {
  const frequencies = (rows >> 1) + 1;
  for (let q: i32 = 0; q < half; q += 4) {
    const left = min(4, columns - q);
    const right = min(4, columns - q - half);
    for (let k: i32 = 0; k < frequencies; k += 4) {
      const from = 4 * <usize>q;
      const to = toRow * <usize>q + 4 * k;
      const toRight = to + toRow * <usize>half;
      storeMixed(toRe + to, toRow, left, re + from, row, rows, k, 0.5, 0.5);
      storeMixed(toIm + to, toRow, left, im + from, row, rows, k, 0.5, -0.5);
      storeMixed(toRe + toRight, toRow, right, im + from, row, rows, k, 0.5, 0.5);
      storeMixed(toIm + toRight, toRow, right, re + from, row, rows, k, -0.5, 0.5);
    }
  }
}

/** The numbers of four columns that share a place in their rows; beyond the last column, anything finite. */
function gather(base: usize, row: usize, q: i32, columns: i32): v128 {
  const last = columns - 1;
  const x = v128.load32_zero(base + row * <usize>min(q, last));
  const y = v128.load32_zero(base + row * <usize>min(q + 1, last));
  const z = v128.load32_zero(base + row * <usize>min(q + 2, last));
  const w = v128.load32_zero(base + row * <usize>min(q + 3, last));
  return v128.shuffle<f32>(low(x, y), low(z, w), 0, 1, 4, 5);
}

/**
 * The inverse of {@link separate}: a spectrum of ⌊rows/2⌋ + 1 frequencies to all rows of a packed area. The
 * imaginary part of a frequency that is its own mirror does not count.
 */
export function join(
  re: usize,
  im: usize,
  row: usize,
  half: i32,
  rows: i32,
  columns: i32,
  toRe: usize,
  toIm: usize,
  toRow: usize,
): void {
  const frequencies = (rows >> 1) + 1;
  for (let q: i32 = 0; q < half; q += 4) {
    const p = q + half;
    for (let k: i32 = 0; k < frequencies; k++) {
      const at = 4 * k;
      const aRe = gather(re + at, row, q, columns);
      const bRe = gather(re + at, row, p, columns);
      const to = toRow * <usize>k + 4 * q;
      if (k === 0 || 2 * k === rows) {
        v128.store(toRe + to, aRe);
        v128.store(toIm + to, bRe);
        continue;
      }
      const aIm = gather(im + at, row, q, columns);
      const bIm = gather(im + at, row, p, columns);
      v128.store(toRe + to, f32x4.sub(aRe, bIm));
      v128.store(toIm + to, f32x4.add(aIm, bRe));
      const mirror = toRow * <usize>(rows - k) + 4 * q;
      v128.store(toRe + mirror, f32x4.add(aRe, bIm));
      v128.store(toIm + mirror, f32x4.sub(bRe, aIm));
    }
  }
}

/** Transposes one part of a complex area; `rows` are repeated to fill the padding of the target's. */
export function transpose(
  from: usize,
  row: usize,
  rows: i32,
  columns: i32,
  to: usize,
  toRow: usize,
): void {
  for (let q: i32 = 0; q < columns; q += 4) {
    const count = min(4, columns - q);
    for (let k: i32 = 0; k < rows; k += 4) {
      const source = from + 4 * q;
      const a = v128.load(source + row * <usize>k);
      const b = v128.load(source + row * <usize>((k + 1) % rows));
      const c = v128.load(source + row * <usize>((k + 2) % rows));
      const d = v128.load(source + row * <usize>((k + 3) % rows));
      storeTransposed(to + toRow * <usize>q + 4 * k, toRow, count, a, b, c, d);
    }
  }
}

/** √(re² + im²) of `bytes`, a multiple of 16. */
export function amplitude(re: usize, im: usize, to: usize, bytes: usize): void {
  for (let q: usize = 0; q < bytes; q += 16) {
    const x = v128.load(re + q);
    const y = v128.load(im + q);
    v128.store(to + q, f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y))));
  }
}

/** (re, im)·donor/|(re, im)|, and (donor, 0) where re = im = 0. */
export function takeAmplitude(
  donor: usize,
  re: usize,
  im: usize,
  toRe: usize,
  toIm: usize,
  bytes: usize,
): void {
  const zero = f32x4.splat(0);
  for (let q: usize = 0; q < bytes; q += 16) {
    const x = v128.load(re + q);
    const y = v128.load(im + q);
    const length = v128.load(donor + q);
    const own = f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)));
    const gain = f32x4.div(length, own);
    const isZero = f32x4.eq(own, zero);
    v128.store(toRe + q, v128.bitselect(length, f32x4.mul(x, gain), isZero));
    v128.store(toIm + q, v128.bitselect(zero, f32x4.mul(y, gain), isZero));
  }
}
