import { join } from "node:path";
import { SetupError, show, ValueError } from "@apr-kit/contracts";
import { decodeNumbers, type NumericArray } from "@apr-kit/formats";
import { labelsOf } from "../arrays/labelsOf.ts";
import { openNpy } from "../arrays/openNpy.ts";
import type { ImageSplit } from "../imageDataset.ts";

export interface CifarCOptions {
  /** The folder CIFAR-10-C or CIFAR-100-C: one .npy file per corruption, and labels.npy. */
  readonly directory: string;
  /** File name without ".npy", for example "gaussian_noise". */
  readonly corruption: string;
  readonly severity: 1 | 2 | 3 | 4 | 5;
  /** Only the first so many of them; default all. */
  readonly images?: number;
  /** Labels of the clean test set, whose beginning those of the images must be. */
  readonly cleanLabels?: Uint8Array;
}

const SEVERITIES = 5;
const REMEDY = "download or generate the set again";

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
  images: most = Number.POSITIVE_INFINITY,
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
  if (!(most >= 1)) {
    throw new ValueError("loadCifarC", { expected: "images to be at least 1", actual: show(most) });
  }
  const images = await readFifth(join(directory, `${corruption}.npy`), severity, most);
  const labelsFile = join(directory, "labels.npy");
  const stored = await readFifth(labelsFile, severity, most);
  const [size = 0, height = 0, width = 0, channel = 0] = images.shape;
  if (images.shape.length !== 4 || images.type !== "uint8") {
    throw trouble(`${corruption}.npy`, `does not hold pictures of bytes, but ${kindOf(images)}`);
  }
  if (stored.shape.length !== 1) throw trouble(labelsFile, `holds ${kindOf(stored)}, no labels`);
  if (stored.data.length !== size) {
    throw trouble(labelsFile, `has ${stored.data.length} labels for ${size} images`);
  }
  const labels = labelsOf(stored.data);
  if (labels === undefined) throw trouble(labelsFile, "holds labels outside [0, 255]");
  if (cleanLabels !== undefined && !isBeginning(labels, cleanLabels)) {
    throw trouble(labelsFile, "does not hold the labels of the clean test set");
  }
  const data = images.data as Uint8Array;
  return { images: { data, shape: [size, height, width, channel] }, labels, size };
}

/** The rows of one severity; the rest of the file is not read. */
async function readFifth(path: string, severity: number, most: number): Promise<NumericArray> {
  const file = await openNpy(path, REMEDY);
  try {
    const { header, rows } = file;
    const { type, shape, isBigEndian } = header;
    if (rows % SEVERITIES !== 0) {
      throw trouble(path, `has ${rows} rows, which are not ${SEVERITIES} severities`);
    }
    const share = rows / SEVERITIES;
    const count = Math.min(share, most);
    const bytes = await file.readRows((severity - 1) * share, count);
    return {
      type,
      shape: [count, ...shape.slice(1)],
      data: decodeNumbers(bytes, type, isBigEndian),
    };
  } finally {
    await file.close();
  }
}

function kindOf({ type, shape }: NumericArray): string {
  return `${type} of shape (${shape.join(", ")})`;
}

function isBeginning(part: Uint8Array, whole: Uint8Array): boolean {
  return part.every((value, i) => value === whole[i]); // undefined beyond the end of the whole
}

function trouble(path: string, what: string): SetupError {
  return new SetupError("loadCifarC", `${path} ${what}`, REMEDY);
}
