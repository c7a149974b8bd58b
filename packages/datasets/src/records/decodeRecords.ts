import { SetupError } from "@apr-kit/contracts";
import type { ImageSplit } from "../imageDataset.ts";
import type { RecordFile, RecordManifest } from "./recordManifest.ts";

/**
 * Decodes records (label bytes, then the red, green and blue plane) into interleaved pixels.
 *
 * @param files what the manifest lists for one split
 * @param parts the bytes of these files, in the same order
 * @param remedy what to do when a file has another size
 *
 * @throws {SetupError} if a file does not hold exactly its records
 */
export function decodeRecords(
  manifest: RecordManifest,
  files: readonly RecordFile[],
  parts: readonly Uint8Array[],
  remedy: string,
): ImageSplit {
  const { labelBytes, labelAt } = manifest;
  const [height, width, channel] = manifest.shape;
  const pixels = height * width;
  const recordBytes = labelBytes + pixels * channel;
  const size = files.reduce((sum, { records }) => sum + records, 0);
  const data = new Uint8Array(size * pixels * channel);
  const labels = new Uint8Array(size);
  let image = 0;
  files.forEach(({ name, records }, index) => {
    const part = parts[index] as Uint8Array;
    assertBytes(name, part, records * recordBytes, remedy);
    for (let record = 0; record < part.length; record += recordBytes, image++) {
      labels[image] = part[record + labelAt] as number;
      const planes = record + labelBytes;
      const start = image * pixels * channel;
      for (let c = 0; c < channel; c++) {
        for (let p = 0; p < pixels; p++) {
          data[start + p * channel + c] = part[planes + c * pixels + p] as number;
        }
      }
    }
  });
  return { images: { data, shape: [size, height, width, channel] }, labels, size };
}

/** Bytes of a file of `records` records. */
export function recordFileBytes(manifest: RecordManifest, records: number): number {
  const [height, width, channel] = manifest.shape;
  return records * (manifest.labelBytes + height * width * channel);
}

function assertBytes(name: string, part: Uint8Array, expected: number, remedy: string): void {
  if (part.length === expected) return;
  const problem = `${name} has ${part.length} for ${expected} bytes`;
  throw new SetupError("datasets", problem, remedy);
}
