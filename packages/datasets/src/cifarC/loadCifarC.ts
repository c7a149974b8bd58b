import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { SetupError, show, ValueError } from "@apr-kit/contracts";
import type { ImageSplit } from "../imageDataset.ts";
import { MAX_NPY_HEADER_BYTES, type NpyHeader, parseNpyHeader } from "./parseNpyHeader.ts";

export interface CifarCOptions {
  /** The folder CIFAR-10-C or CIFAR-100-C: one .npy file per corruption, and labels.npy. */
  readonly directory: string;
  /** File name without ".npy", for example "gaussian_noise". */
  readonly corruption: string;
  readonly severity: 1 | 2 | 3 | 4 | 5;
  /** Labels of the clean test set, to be compared with; they must be equal. */
  readonly cleanLabels?: Uint8Array;
}

const SEVERITIES = 5;
const REMEDY = "download or generate the set again";
/** Bytes per element of the integer types that labels come in; all little-endian or single bytes. */
const INTEGER_BYTES: Readonly<Record<string, number>> = {
  "|u1": 1,
  "|i1": 1,
  "<u2": 2,
  "<i2": 2,
  "<u4": 4,
  "<i4": 4,
  "<u8": 8,
  "<i8": 8,
};

/**
 * Reads one corruption at one severity of CIFAR-10-C or CIFAR-100-C.
 *
 * Convention: a file stacks the test set five times, severity 1 first; only the asked fifth is read
 * (31 of 154 MB). Images come in the order of the clean test set.
 *
 * @throws {SetupError} if a file is missing, damaged, of another type or shape, or the labels are not the clean ones
 * @throws {ValueError} if corruption is no plain name or severity is not 1 to 5
 * @example
 * const fog = await loadCifarC({ directory: "CIFAR-10-C", corruption: "fog", severity: 3 });
 *
 * @see Hendrycks & Dietterich, ICLR 2019; data at zenodo.org/records/2535967 and 3555552.
 */
export async function loadCifarC({
  directory,
  corruption,
  severity,
  cleanLabels,
}: CifarCOptions): Promise<ImageSplit> {
  if (!/^\w+$/.test(corruption)) {
    throw new ValueError("loadCifarC", {
      expected: "corruption to be a name such as gaussian_noise",
      actual: show(corruption),
    });
  }
  if (!(Number.isInteger(severity) && severity >= 1 && severity <= SEVERITIES)) {
    throw new ValueError("loadCifarC", {
      expected: "severity to be an integer in [1, 5]",
      actual: show(severity),
    });
  }
  const images = await readFifth(join(directory, `${corruption}.npy`), severity, 4);
  const stored = await readFifth(join(directory, "labels.npy"), severity, 1);
  const [size = 0, height = 0, width = 0, channel = 0] = images.shape;
  if (stored.shape[0] !== size) {
    throw trouble(
      join(directory, "labels.npy"),
      `has ${stored.shape[0]} labels for ${size} images`,
    );
  }
  const labels = asBytes(stored.bytes, stored.elementBytes, join(directory, "labels.npy"));
  if (cleanLabels !== undefined && !isEqual(labels, cleanLabels)) {
    throw trouble(join(directory, "labels.npy"), "does not hold the labels of the clean test set");
  }
  if (images.elementBytes !== 1) throw trouble(`${corruption}.npy`, "does not hold bytes");
  return { images: { data: images.bytes, shape: [size, height, width, channel] }, labels, size };
}

/** The rows of one severity, and the shape they have. */
interface Fifth {
  readonly bytes: Uint8Array;
  readonly shape: readonly number[];
  readonly elementBytes: number;
}

async function readFifth(path: string, severity: number, rank: number): Promise<Fifth> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (cause) {
    throw trouble(path, `cannot be opened (${(cause as Error).message})`, cause);
  }
  try {
    const start = await readAt(file, 0, MAX_NPY_HEADER_BYTES);
    const header = parse(path, start);
    const { dtype, fortranOrder, shape, dataOffset } = header;
    const elementBytes = INTEGER_BYTES[dtype];
    const rows = shape[0] ?? 0;
    if (elementBytes === undefined) throw trouble(path, `has the type ${dtype}, not integers`);
    if (fortranOrder || shape.length !== rank || rows % SEVERITIES !== 0) {
      const order = fortranOrder ? "Fortran" : "C";
      throw trouble(path, `has the shape (${shape.join(", ")}) in ${order} order`);
    }
    const total = shape.reduce((product, side) => product * side, elementBytes);
    const { size } = await file.stat();
    if (size !== dataOffset + total) {
      throw trouble(path, `has ${size} for ${dataOffset + total} bytes`);
    }
    const share = total / SEVERITIES;
    const bytes = await readAt(file, dataOffset + (severity - 1) * share, share);
    return { bytes, shape: [rows / SEVERITIES, ...shape.slice(1)], elementBytes };
  } finally {
    await file.close();
  }
}

function parse(path: string, start: Uint8Array): NpyHeader {
  try {
    return parseNpyHeader(start);
  } catch (cause) {
    throw trouble(path, `is no array file (${(cause as Error).message})`, cause);
  }
}

/** Up to `length` bytes from `position`; fewer where the file ends. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { size } = await file.stat();
  const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** Little-endian integers as bytes; all must lie in [0, 255]. */
function asBytes(bytes: Uint8Array, elementBytes: number, path: string): Uint8Array {
  if (elementBytes === 1) return bytes;
  const isLarge = bytes.some((byte, i) => i % elementBytes !== 0 && byte !== 0);
  if (isLarge) throw trouble(path, "holds labels outside [0, 255]");
  return bytes.filter((_, i) => i % elementBytes === 0);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function trouble(path: string, what: string, cause?: unknown): SetupError {
  return new SetupError("loadCifarC", `${path} ${what}`, REMEDY, { cause });
}
