/**
 * The filter's gradient of a convolution: 4 input by 8 output channels in registers, over the pixels of one image.
 *
 *     dFilter[u, v, c, o] = Σ_{b, i, j} x[b, i·stride + u − top, j·stride + v − left, c] · dy[b, i, j, o]
 *
 * `inChannel` is a multiple of 4, `outChannel` of 8; `dFilter` holds zeros before.
 */
export function filterGradient(
  x: usize,
  dy: usize,
  batch: i32,
  height: i32,
  width: i32,
  inChannel: i32,
  outHeight: i32,
  outWidth: i32,
  outChannel: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  dFilter: usize,
): void {
  const xPixel = (<usize>inChannel) << 2;
  const dyPixel = (<usize>outChannel) << 2;
  const xImage = xPixel * <usize>(height * width);
  const dyImage = dyPixel * <usize>(outHeight * outWidth);
  for (let b: i32 = 0; b < batch; b++) {
    for (let u: i32 = 0; u < filterHeight; u++) {
      const firstRow = firstInside(top - u, strideHeight);
      const lastRow = min(outHeight, firstInside(height + top - u, strideHeight));
      for (let v: i32 = 0; v < filterWidth; v++) {
        const firstColumn = firstInside(left - v, strideWidth);
        const lastColumn = min(outWidth, firstInside(width + left - v, strideWidth));
        const tap = dFilter + <usize>((u * filterWidth + v) * inChannel) * dyPixel;
        const y = firstRow * strideHeight + u - top;
        const z = firstColumn * strideWidth + v - left;
        const xFirst = x + <usize>(y * width + z) * xPixel;
        const dyFirst = dy + <usize>(firstRow * outWidth + firstColumn) * dyPixel;
        const rows = lastRow - firstRow;
        const columns = lastColumn - firstColumn;
        const xRow = xPixel * <usize>(strideHeight * width);
        const dyRow = dyPixel * <usize>outWidth;
        const xStep = xPixel * <usize>strideWidth;
        for (let c: usize = 0; c < xPixel; c += 16) {
          for (let o: usize = 0; o < dyPixel; o += 32) {
            const to = tap + (c >> 2) * dyPixel + o;
            addOuterProducts(
              xFirst + c,
              dyFirst + o,
              rows,
              columns,
              xRow,
              dyRow,
              xStep,
              dyPixel,
              to,
            );
          }
        }
      }
    }
    x += xImage;
    dy += dyImage;
  }
}

/** The least whole i ≥ 0 with i·stride ≥ distance. */
function firstInside(distance: i32, stride: i32): i32 {
  return distance <= 0 ? 0 : (distance + stride - 1) / stride;
}

function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

function accumulate(to: usize, value: v128): void {
  v128.store(to, f32x4.add(v128.load(to), value));
}

function addOuterProducts(
  x: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  xRow: usize,
  dyRow: usize,
  xStep: usize,
  dyStep: usize,
  to: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = zero,
    a1 = zero,
    b0 = zero,
    b1 = zero,
    c0 = zero,
    c1 = zero,
    d0 = zero,
    d1 = zero;
  for (let i: i32 = 0; i < rows; i++) {
    let xAt = x;
    let dyAt = dy;
    for (let j: i32 = 0; j < columns; j++) {
      const low = v128.load(dyAt);
      const high = v128.load(dyAt, 16);
      const p = v128.load32_splat(xAt);
      a0 = multiplyAdd(a0, p, low);
      a1 = multiplyAdd(a1, p, high);
      const q = v128.load32_splat(xAt, 4);
      b0 = multiplyAdd(b0, q, low);
      b1 = multiplyAdd(b1, q, high);
      const r = v128.load32_splat(xAt, 8);
      c0 = multiplyAdd(c0, r, low);
      c1 = multiplyAdd(c1, r, high);
      const s = v128.load32_splat(xAt, 12);
      d0 = multiplyAdd(d0, s, low);
      d1 = multiplyAdd(d1, s, high);
      xAt += xStep;
      dyAt += dyStep;
    }
    x += xRow;
    dy += dyRow;
  }
  accumulate(to, a0);
  accumulate(to + 16, a1);
  accumulate(to + dyStep, b0);
  accumulate(to + dyStep + 16, b1);
  accumulate(to + 2 * dyStep, c0);
  accumulate(to + 2 * dyStep + 16, c1);
  accumulate(to + 3 * dyStep, d0);
  accumulate(to + 3 * dyStep + 16, d1);
}
