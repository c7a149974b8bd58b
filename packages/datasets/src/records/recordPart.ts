import { createHash } from "node:crypto";
import { SetupError } from "@apr-kit/contracts";
import { readPickle } from "@apr-kit/formats";
import type { RecordFile, RecordForm, RecordManifest } from "./recordManifest.ts";

/** What one file of a form holds. */
export interface RecordPart {
  /** [records], class indices. */
  readonly labels: Uint8Array;
  /** [records], indices of the coarser classes, where there are some. */
  readonly coarseLabels?: Uint8Array;
  /** The red, green and blue plane of image i. */
  readonly planes: (i: number) => Uint8Array;
}

/**
 * Reads the bytes of one file, binary records or a pickled batch.
 *
 * @throws {SetupError} if its sum is wrong, or it does not hold exactly its records
 */
export function readPart(
  manifest: RecordManifest,
  { format }: RecordForm,
  file: RecordFile,
  bytes: Uint8Array,
  remedy: string,
): RecordPart {
  const { name, sum } = file;
  if (manifest.sha256 === undefined && sum !== undefined) {
    const actual = createHash(sum.algorithm).update(bytes).digest("hex");
    if (actual !== sum.value) {
      const problem = `${name} has a wrong ${sum.algorithm} checksum`;
      throw new SetupError("datasets", problem, remedy);
    }
  }
  const read = format === "binary" ? readBinary : readPython;
  return read(manifest, file, bytes, remedy);
}

function readBinary(
  manifest: RecordManifest,
  { name, records }: RecordFile,
  bytes: Uint8Array,
  remedy: string,
): RecordPart {
  const { labelBytes, label, coarseLabel } = manifest;
  const imageBytes = imageBytesOf(manifest);
  const recordBytes = labelBytes + imageBytes;
  if (bytes.length !== records * recordBytes) {
    const problem = `${name} has ${bytes.length} for ${records * recordBytes} bytes`;
    throw new SetupError("datasets", problem, remedy);
  }
  const labelsAt = (at: number) =>
    Uint8Array.from({ length: records }, (_, i) => bytes[i * recordBytes + at] as number);
  return {
    labels: labelsAt(label.at),
    ...(coarseLabel !== undefined && { coarseLabels: labelsAt(coarseLabel.at) }),
    planes: (i) => bytes.subarray(i * recordBytes + labelBytes, (i + 1) * recordBytes),
  };
}

function readPython(
  manifest: RecordManifest,
  { name, records }: RecordFile,
  bytes: Uint8Array,
  remedy: string,
): RecordPart {
  const imageBytes = imageBytesOf(manifest);
  const fail = (what: string, cause?: unknown) =>
    new SetupError("datasets", `${name} ${what}`, remedy, { cause });
  let batch: ReadonlyMap<unknown, unknown>;
  try {
    batch = readPickle(bytes, { strings: "latin1" });
  } catch (cause) {
    throw fail(`is no batch of images (${(cause as Error).message})`, cause);
  }
  const array = batch.get("data") as { readonly data?: unknown } | undefined;
  const pixels = array?.data;
  if (!(pixels instanceof Uint8Array) || pixels.length !== records * imageBytes) {
    throw fail(`does not hold ${records} images of ${imageBytes} bytes`);
  }
  const labelsAt = (key: string) => {
    const labels = batch.get(key);
    const isLabel = (value: unknown) =>
      Number.isInteger(value) && (value as number) >= 0 && (value as number) < 256;
    if (!Array.isArray(labels) || labels.length !== records || !labels.every(isLabel)) {
      throw fail(`does not hold ${records} ${key}`);
    }
    return Uint8Array.from(labels as number[]);
  };
  const { label, coarseLabel } = manifest;
  return {
    labels: labelsAt(label.key),
    ...(coarseLabel !== undefined && { coarseLabels: labelsAt(coarseLabel.key) }),
    planes: (i) => pixels.subarray(i * imageBytes, (i + 1) * imageBytes),
  };
}

/** The most bytes that a file of `records` images may have. */
export function partLimit(manifest: RecordManifest, records: number): number {
  return records * (imageBytesOf(manifest) + 1024) + 65_536; // a pickled batch names its images
}

function imageBytesOf({ shape: [height, width, channel] }: RecordManifest): number {
  return height * width * channel;
}
