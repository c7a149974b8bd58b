import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { readMat } from "@apr-kit/formats";
import { labelsOf } from "../arrays/labelsOf.ts";
import type { ImageSplit } from "../imageDataset.ts";
import { withFileBytes } from "./fileByteSource.ts";
import { fileEntry } from "./fileEntry.ts";
import type { DataFile, FileManifest, FileSplit } from "./fileManifest.ts";

const facts = {
  name: "svhn",
  title: "SVHN, cropped digits",
  classes: Array.from({ length: 10 }, (_, digit) => `${digit}`),
  shape: [32, 32, 3] as const,
  normalisation: { mean: [0.4377, 0.4438, 0.4728], std: [0.198, 0.201, 0.197] },
  homepage: "http://ufldl.stanford.edu/housenumbers/",
  licence: "for non-commercial use only",
  citation:
    "Netzer, Wang, Coates, Bissacco, Wu & Ng, Reading Digits in Natural Images with Unsupervised Feature Learning, NIPS Workshop on Deep Learning and Unsupervised Feature Learning, 2011",
};

export const svhnManifest: FileManifest = {
  facts,
  splits: { train: split("train", 73_257), test: split("test", 26_032) },
  files: [
    file("train", 182_040_794, "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"),
    file("test", 64_275_384, "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b"),
  ],
};

/** The easier training images that are published beside the others. */
export const svhnExtraManifest: FileManifest = {
  facts: { ...facts, name: "svhn-extra", title: "SVHN, additional training digits" },
  splits: { train: split("extra", 531_131) },
  files: [
    file(
      "extra",
      1_329_278_602,
      "a133a4beb38a00fcdda90c9489e0c04f900b660ce8a316a5e854838379a71eb3",
    ),
  ],
};

export const svhnEntry = fileEntry(svhnManifest);
export const svhnExtraEntry = fileEntry(svhnExtraManifest);

function split(name: string, images: number): FileSplit {
  const read = async (directory: string) => readSvhn(join(directory, `${name}_32x32.mat`));
  return { images, read };
}

function file(split: string, downloadBytes: number, sha256: string): DataFile {
  const name = `${split}_32x32.mat`;
  return {
    name,
    urls: [`http://ufldl.stanford.edu/housenumbers/${name}`],
    downloadBytes,
    sum: { algorithm: "sha256", value: sha256 },
  };
}

const TEN_IS_ZERO = 10;

/**
 * Reads a file of SVHN's cropped digits: X of shape [height, width, channel, images], column-major, and y of 1 to 10.
 *
 * Convention: label 10 is the digit 0. Images are turned to row-major where they lie.
 * Cost: memory for the images, once; the file is read piece by piece.
 *
 * @throws {SetupError} if the file is missing, damaged or holds something else
 */
export function readSvhn(path: string): ImageSplit {
  const fail = (what: string, cause?: unknown) =>
    new SetupError("datasets", `${path} ${what}`, "place the file afresh", { cause });
  let arrays: ReturnType<typeof readMat>["arrays"];
  try {
    arrays = withFileBytes(path, (source) =>
      readMat(source, { names: ["X", "y"], name: path }),
    ).arrays;
  } catch (cause) {
    throw fail(`cannot be read (${(cause as Error).message})`, cause);
  }
  const [images, stored] = [arrays.get("X"), arrays.get("y")];
  const [height = 0, width = 0, channel = 0, size = 1] = images?.shape ?? [];
  if (images?.type !== "uint8" || images.shape.length < 3 || stored?.data.length !== size) {
    throw fail(`does not hold X, images of bytes, and as many labels y`);
  }
  const digits = labelsOf(stored.data, TEN_IS_ZERO + 1);
  if (digits === undefined || digits.includes(0)) throw fail("holds labels outside [1, 10]");
  const data = images.data as Uint8Array;
  turnImages(data, [height, width, channel]);
  const labels = digits.map((digit) => digit % TEN_IS_ZERO);
  return { images: { data, shape: [size, height, width, channel] }, labels, size };
}

/** Turns every image from [channel, width, height] to [height, width, channel], in place. */
function turnImages(
  data: Uint8Array,
  [height, width, channel]: readonly [number, number, number],
): void {
  const imageBytes = height * width * channel;
  const image = new Uint8Array(imageBytes);
  for (let start = 0; start < data.length; start += imageBytes) {
    image.set(data.subarray(start, start + imageBytes));
    for (let h = 0, to = start; h < height; h++) {
      for (let w = 0; w < width; w++) {
        for (let c = 0; c < channel; c++, to++) {
          data[to] = image[h + height * (w + width * c)] as number;
        }
      }
    }
  }
}
