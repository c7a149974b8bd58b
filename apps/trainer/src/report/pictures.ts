import type { PixelBatch } from "@apr-kit/contracts";
import sharp from "sharp";

/** A batch of small pictures side by side, enlarged without smoothing, as a PNG data URI. */
export async function filmStrip(
  { data, shape: [batch, height, width, channel] }: PixelBatch,
  scale = 2,
): Promise<string> {
  const row = Buffer.alloc(batch * height * width * channel);
  for (let index = 0; index < batch; index++) {
    for (let y = 0; y < height; y++) {
      const from = (index * height + y) * width * channel;
      const to = (y * batch + index) * width * channel;
      row.set(data.subarray(from, from + width * channel), to);
    }
  }
  const png = await sharp(row, {
    raw: { width: batch * width, height, channels: channel as 1 | 3 },
  })
    .resize(batch * width * scale, height * scale, { kernel: "nearest" })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
