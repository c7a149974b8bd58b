import { assertPixelBatch, type PixelBatch, ValueError } from "@apr-kit/contracts";
import type { ChannelStatistics } from "./imageDataset.ts";

/**
 * Returns mean and standard deviation of every channel, on the [0, 1] pixel scale.
 *
 * @param images bytes, [batch, height, width, channel]
 *
 * Convention: over all pixels of all images together, divisor n. Exact but for the last rounding, because it
 * counts bytes. The training images of CIFAR-10 give means 0.4914, 0.4822, 0.4465.
 *
 * @throws {ValueError} if there is no pixel
 */
export function channelStatistics(images: PixelBatch): ChannelStatistics {
  assertPixelBatch("channelStatistics", images);
  const { data, shape } = images;
  const channels = shape[3];
  if (data.length === 0) {
    throw new ValueError("channelStatistics", { expected: "at least one pixel", actual: "none" });
  }
  const counts = new Float64Array(channels * 256);
  for (let i = 0; i < data.length; i++) {
    const cell = (i % channels) * 256 + (data[i] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  const moments = Array.from({ length: channels }, (_, c) =>
    momentsOf(counts.subarray(c * 256, c * 256 + 256), data.length / channels),
  );
  return { mean: moments.map((m) => m.mean), std: moments.map((m) => m.std) };
}

function momentsOf(counts: Float64Array, total: number) {
  const mean = counts.reduce((sum, count, byte) => sum + count * byte, 0) / total;
  const variance = counts.reduce((sum, count, byte) => sum + count * (byte - mean) ** 2, 0) / total;
  return { mean: mean / 255, std: Math.sqrt(variance) / 255 };
}
