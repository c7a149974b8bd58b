/**
 * @file Max pooling of [batch, height, width, channel], four channels at once: `channel` is a multiple of 4. Of equal
 * values the first in row-major order wins.
 */

export function maxPool(
  x: usize,
  batch: i32,
  height: i32,
  width: i32,
  channel: i32,
  size: i32,
  stride: i32,
  padding: i32,
  out: usize,
): void {
  const pixel = (<usize>channel) << 2;
  const outHeight = (height + 2 * padding - size) / stride + 1;
  const outWidth = (width + 2 * padding - size) / stride + 1;
  for (let b: i32 = 0; b < batch; b++) {
    for (let i: i32 = 0; i < outHeight; i++) {
      const top = max(i * stride - padding, 0);
      const bottom = min(i * stride - padding + size, height);
      for (let j: i32 = 0; j < outWidth; j++) {
        const left = max(j * stride - padding, 0);
        const right = min(j * stride - padding + size, width);
        const first = x + <usize>((b * height + top) * width + left) * pixel;
        for (let c: usize = 0; c < pixel; c += 16) {
          let best = v128.load(first + c);
          for (let u = top; u < bottom; u++) {
            let at = x + <usize>((b * height + u) * width + left) * pixel + c;
            for (let v = left; v < right; v++) {
              const value = v128.load(at);
              best = v128.bitselect(value, best, f32x4.gt(value, best));
              at += pixel;
            }
          }
          v128.store(out + c, best);
        }
        out += pixel;
      }
    }
  }
}

/** Adds each dy to the dx of its window's winner; dx holds zeros before. */
export function maxPoolGradient(
  x: usize,
  dy: usize,
  batch: i32,
  height: i32,
  width: i32,
  channel: i32,
  size: i32,
  stride: i32,
  padding: i32,
  dx: usize,
): void {
  const pixel = (<usize>channel) << 2;
  const outHeight = (height + 2 * padding - size) / stride + 1;
  const outWidth = (width + 2 * padding - size) / stride + 1;
  for (let b: i32 = 0; b < batch; b++) {
    for (let i: i32 = 0; i < outHeight; i++) {
      const top = max(i * stride - padding, 0);
      const bottom = min(i * stride - padding + size, height);
      for (let j: i32 = 0; j < outWidth; j++) {
        const left = max(j * stride - padding, 0);
        const right = min(j * stride - padding + size, width);
        const corner = <usize>((b * height + top) * width + left) * pixel;
        for (let c: usize = 0; c < pixel; c += 16) {
          let best = v128.load(x + corner + c);
          let winner = i32x4.splat(<i32>(corner + c));
          for (let u = top; u < bottom; u++) {
            let at = <usize>((b * height + u) * width + left) * pixel + c;
            for (let v = left; v < right; v++) {
              const value = v128.load(x + at);
              const isLarger = f32x4.gt(value, best);
              best = v128.bitselect(value, best, isLarger);
              winner = v128.bitselect(i32x4.splat(<i32>at), winner, isLarger);
              at += pixel;
            }
          }
          add(dx + <usize>i32x4.extract_lane(winner, 0), load<f32>(dy + c));
          add(dx + <usize>i32x4.extract_lane(winner, 1) + 4, load<f32>(dy + c, 4));
          add(dx + <usize>i32x4.extract_lane(winner, 2) + 8, load<f32>(dy + c, 8));
          add(dx + <usize>i32x4.extract_lane(winner, 3) + 12, load<f32>(dy + c, 12));
        }
        dy += pixel;
      }
    }
  }
}

function add(to: usize, value: f32): void {
  store<f32>(to, load<f32>(to) + value);
}
