import { SetupError } from "@apr-kit/contracts";
import type { ImageSplit } from "../imageDataset.ts";
import type { RecordManifest } from "./recordManifest.ts";
import type { RecordPart } from "./recordPart.ts";

/**
 * Joins the parts of one split, and interleaves the red, green and blue planes of each image.
 *
 * @throws {SetupError} if a label is no class
 */
export function decodeParts(
  manifest: RecordManifest,
  parts: readonly RecordPart[],
  remedy: string,
): ImageSplit {
  const [height, width, channel] = manifest.shape;
  const pixels = height * width;
  const size = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const data = new Uint8Array(size * pixels * channel);
  let start = 0;
  for (const { labels, planes } of parts) {
    for (let i = 0; i < labels.length; i++, start += pixels * channel) {
      const own = planes(i);
      for (let c = 0; c < channel; c++) {
        for (let p = 0; p < pixels; p++) {
          data[start + p * channel + c] = own[c * pixels + p] as number;
        }
      }
    }
  }
  const labels = joined(parts.map((part) => part.labels));
  assertClasses(labels, manifest.classes, manifest.title, remedy);
  const split = { images: { data, shape: [size, height, width, channel] as const }, labels, size };
  if (manifest.coarseLabel === undefined) return split;
  const coarseLabels = joined(parts.map((part) => part.coarseLabels ?? new Uint8Array(0)));
  assertClasses(coarseLabels, manifest.coarseClasses ?? [], manifest.title, remedy);
  return { ...split, coarseLabels };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function assertClasses(
  labels: Uint8Array,
  { length }: readonly string[],
  title: string,
  remedy: string,
): void {
  const other = labels.find((label) => label >= length);
  if (other === undefined) return;
  const problem = `the images are not ${title}: a label is ${other} of ${length} classes`;
  throw new SetupError("datasets", problem, remedy);
}
