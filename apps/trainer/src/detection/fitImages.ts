import type { PixelBatch } from "@apr-kit/contracts";
import { type ImagePixels, viewImage } from "@apr-kit/datasets";

/**
 * Scales an image until it covers the wanted size and crops it to its centre; grey becomes three equal channels.
 *
 * Convention: as OpenOOD has it, torchvision's Resize and CenterCrop on a Pillow image, bilinear with antialiasing.
 */
export function fitImage(
  image: ImagePixels,
  [height, width, channel]: ImagePixels["shape"],
): Uint8Array {
  const crop = [height, width] as const;
  return viewImage(inChannels(image, channel), { resize: Math.max(height, width), crop }).data;
}

/** {@link fitImage} of every image of a batch. */
export function fitImages({ data, shape }: PixelBatch, wanted: ImagePixels["shape"]): PixelBatch {
  const [batch, height, width, channel] = shape;
  const size = height * width * channel;
  const fitted = new Uint8Array(batch * wanted[0] * wanted[1] * wanted[2]);
  for (let i = 0; i < batch; i++) {
    const image = {
      data: data.subarray(i * size, (i + 1) * size),
      shape: [height, width, channel],
    } as const;
    const pixels = fitImage(image, wanted);
    fitted.set(pixels, i * pixels.length);
  }
  return { data: fitted, shape: [batch, ...wanted] };
}

function inChannels({ data, shape }: ImagePixels, channel: number): ImagePixels {
  const [height, width, own] = shape;
  if (own === channel) return { data, shape };
  const repeated = new Uint8Array(height * width * channel);
  for (let i = 0; i < repeated.length; i++) repeated[i] = data[Math.floor(i / channel)] as number;
  return { data: repeated, shape: [height, width, channel] };
}
