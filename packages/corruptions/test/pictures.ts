import type { PixelBatch } from "@apr-kit/contracts";

/** Coloured waves, another for each image: smooth, with every channel different. */
export function pictures(batch: number, side: number): PixelBatch {
  const data = new Uint8Array(batch * side * side * 3);
  for (let i = 0, k = 0; i < batch; i++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        for (let c = 0; c < 3; c++) {
          data[k++] = 128 + 100 * Math.sin((x * (c + 1) + y * (3 - c)) / 7 + i);
        }
      }
    }
  }
  return { data, shape: [batch, side, side, 3] };
}
