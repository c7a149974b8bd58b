import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { SetupError, show, ValueError } from "@apr-kit/contracts";
import { type NumericArray, readNpy, readNpz } from "@apr-kit/formats";
import { type ImageSource, splitSource } from "../imageSource.ts";
import { labelsOf } from "./labelsOf.ts";
import { type NpyFile, openNpy } from "./openNpy.ts";

export interface ArrayPairOptions {
  /** Path of a .npy file of labels; with a .npz file, the name of the array. */
  readonly labels?: string;
  /** Name of the array of images in a .npz file. */
  readonly images?: string;
  /** Number of classes; labels beyond are refused. Default 256. */
  readonly classes?: number;
}

const REMEDY =
  "give images as bytes of shape [images, height, width, channel], and one label for each";
/** What arrays are usually called, where the caller does not say. */
const IMAGE_NAMES = ["images", "x", "data", "arr_0"];
const LABEL_NAMES = ["labels", "y", "targets", "arr_1"];

/**
 * Opens images and labels that lie in arrays: two .npy files, such as CIFAR-10.1, or one .npz file.
 *
 * Images in a .npy file are read from it as they are asked for; a .npz file is read whole.
 *
 * Convention: bytes of shape [images, height, width, channel], or [images, height, width] with one channel; labels
 * of any integer type, all 0 where none are given.
 *
 * @throws {SetupError} if a file is missing or damaged, or is not what is written above
 * @example
 * const test = await openArrayPair("cifar10.1_v6_data.npy", { labels: "cifar10.1_v6_labels.npy", classes: 10 });
 */
export async function openArrayPair(
  path: string,
  { labels, images, classes = 256 }: ArrayPairOptions = {},
): Promise<ImageSource> {
  if (extname(path) === ".npz") return openNpz(path, { labels, images, classes });
  const file = await openNpy(path, REMEDY);
  await file.close();
  const { type, shape } = file.header;
  const sides = imageSides(path, { type, shape });
  const stored = labels === undefined ? undefined : parse(labels, await bytesOf(labels), readNpy);
  const known = checkedLabels(labels ?? path, stored, file.rows, classes);
  return {
    size: file.rows,
    shape: sides,
    labels: known,
    async read(indices) {
      assertIndices(indices, file.rows);
      const data = await readScattered(path, indices, file.rowBytes);
      const chosen = Uint8Array.from(indices, (index) => known[index] as number);
      return { images: { data, shape: [indices.length, ...sides] }, labels: chosen };
    },
  };
}

async function openNpz(
  path: string,
  options: { labels: string | undefined; images: string | undefined; classes: number },
): Promise<ImageSource> {
  const arrays = parse(path, await bytesOf(path), (bytes) => readNpz(bytes));
  const find = (wanted: string | undefined, usual: readonly string[]) => {
    const name = wanted ?? usual.find((each) => arrays.has(each));
    return name === undefined ? undefined : arrays.get(name);
  };
  const found = find(options.images, IMAGE_NAMES);
  if (found === undefined) {
    throw trouble(path, `has no array of images among ${[...arrays.keys()].join(", ")}`);
  }
  const sides = imageSides(path, found);
  const size = found.shape[0] as number;
  const stored = find(options.labels, LABEL_NAMES);
  const labels = checkedLabels(path, stored, size, options.classes);
  const data = found.data as Uint8Array;
  return splitSource({ images: { data, shape: [size, ...sides] }, labels, size });
}

/** Reads rows in the asked order; neighbours are read together. */
async function readScattered(
  path: string,
  indices: ArrayLike<number>,
  rowBytes: number,
): Promise<Uint8Array> {
  const data = new Uint8Array(indices.length * rowBytes);
  const file: NpyFile = await openNpy(path, REMEDY);
  try {
    for (let at = 0; at < indices.length; ) {
      const first = indices[at] as number;
      let count = 1;
      while (at + count < indices.length && indices[at + count] === first + count) count++;
      data.set(await file.readRows(first, count), at * rowBytes);
      at += count;
    }
    return data;
  } finally {
    await file.close();
  }
}

function imageSides(
  path: string,
  { type, shape }: Pick<NumericArray, "type" | "shape">,
): [height: number, width: number, channel: number] {
  const [, height = 0, width = 0, channel = 1] = shape;
  if (type !== "uint8" || shape.length < 3 || shape.length > 4) {
    throw trouble(path, `holds ${type} of shape (${shape.join(", ")})`);
  }
  return [height, width, channel];
}

function checkedLabels(
  path: string,
  stored: NumericArray | undefined,
  size: number,
  classes: number,
): Uint8Array {
  if (stored === undefined) return new Uint8Array(size);
  if (stored.data.length !== size) {
    throw trouble(path, `holds ${stored.data.length} labels for ${size} images`);
  }
  const labels = labelsOf(stored.data, classes);
  if (labels === undefined) throw trouble(path, `holds labels outside [0, ${classes})`);
  return labels;
}

function assertIndices(indices: ArrayLike<number>, size: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (Number.isInteger(index) && index >= 0 && index < size) continue;
    throw new ValueError("read", {
      expected: `indices[${i}] to be an integer in [0, ${size})`,
      actual: show(index),
    });
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw trouble(path, `cannot be read (${(cause as Error).message})`, cause);
  }
}

function parse<TResult>(
  path: string,
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => TResult,
): TResult {
  try {
    return read(bytes);
  } catch (cause) {
    throw trouble(path, `is no array file (${(cause as Error).message})`, cause);
  }
}

function trouble(path: string, what: string, cause?: unknown): SetupError {
  return new SetupError("openArrayPair", `${path} ${what}`, REMEDY, { cause });
}
