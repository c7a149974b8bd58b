import type { ImagePixels } from "./imagePixels.ts";
import type { PixelWindow } from "./resize.ts";

interface NearestOptions {
  readonly height: number;
  readonly width: number;
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
  readonly window: PixelWindow;
}

/** Takes for every output pixel the input pixel that its centre falls into, as Pillow's NEAREST does. */
export function resizeNearest(
  { data, shape: [inHeight, inWidth, channel] }: ImagePixels,
  { height, width, box: [left, top, right, bottom], window }: NearestOptions,
): ImagePixels {
  const columns = nearestIndices({ size: width, from: left, to: right, inSize: inWidth });
  const rows = nearestIndices({ size: height, from: top, to: bottom, inSize: inHeight });
  const out = new Uint8Array(window.height * window.width * channel);
  let at = 0;
  for (let y = window.top; y < window.top + window.height; y++) {
    for (let x = window.left; x < window.left + window.width; x++) {
      const row = rows[y] as number;
      const column = columns[x] as number;
      if (row >= 0 && column >= 0) {
        const from = (row * inWidth + column) * channel;
        for (let c = 0; c < channel; c++) out[at + c] = data[from + c] as number;
      }
      at += channel;
    }
  }
  return { data: out, shape: [window.height, window.width, channel] };
}

interface NearestAxis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly inSize: number;
}

/** Input index by output index, -1 beyond the image. Positions are summed up step by step, as in Pillow. */
function nearestIndices({ size, from, to, inSize }: NearestAxis): Int32Array {
  const step = Math.fround(to - from) / size;
  const indices = new Int32Array(size);
  let position = from + step * 0.5;
  for (let i = 0; i < size; i++) {
    const index = position < 0 ? -1 : Math.trunc(position);
    indices[i] = index < inSize ? index : -1;
    position += step;
  }
  return indices;
}
