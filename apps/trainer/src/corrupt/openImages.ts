import { createHash } from "node:crypto";
import { basename, extname, resolve } from "node:path";
import type { OnProgress } from "@apr-kit/contracts";
import type { ImageFilesSource, ImageSource } from "@apr-kit/datasets";
import { CliError } from "../terminal/cliError.ts";

/** Clean images, and how each is called. */
export interface CleanImages {
  readonly dataset: string;
  readonly source: ImageSource;
  readonly images: number;
  readonly side: number;
  readonly classes: readonly string[];
  /** File name without extension of each image, unique within its class. */
  nameOf(index: number): string;
  readonly sha256: string;
}

export interface OpenImagesOptions {
  /** Name of a data set; its test images are taken. */
  readonly dataset?: string;
  /** The user's own copy of it. */
  readonly directory?: string;
  /** Folder of images in class folders, in place of a data set. */
  readonly folder?: string;
  /** Side that the images of a folder are brought to. */
  readonly size: number;
  /** The first so many; all by default. */
  readonly images?: number;
  readonly onProgress?: OnProgress;
  readonly onNotice?: (line: string) => void;
}

const IMAGENET_SIDE = 224;
const IMAGENET_SHORT_SIDE = 256;
const HASHED_AT_ONCE = 1000;

/**
 * Opens the clean images that a set is made of.
 *
 * Convention: images of a folder become square as the benchmarks' do: shorter side 256 and centre 224 for
 * 224, both sides scaled for any other.
 *
 * @throws {CliError} NO_IMAGES if neither or both of dataset and folder are named, or there are too few images
 */
export async function openImages(options: OpenImagesOptions): Promise<CleanImages> {
  const { dataset, folder } = options;
  if ((dataset === undefined) === (folder === undefined)) {
    throw new CliError("NO_IMAGES", "expected either --dataset or --folder");
  }
  const opened = folder === undefined ? await openDataset(options) : await openFolder(options);
  const { source } = opened;
  const images = options.images ?? source.size;
  if (images > source.size) {
    throw new CliError("NO_IMAGES", `expected --images of at most ${source.size}, got ${images}`);
  }
  const [side, width, channel] = source.shape;
  if (side !== width || channel !== 3) {
    throw new CliError("NO_IMAGES", `expected square RGB images, got ${source.shape.join("×")}`);
  }
  return { ...opened, images, side, sha256: await opened.hash(images) };
}

type Opened = Omit<CleanImages, "images" | "side" | "sha256"> & {
  hash(images: number): Promise<string>;
};

async function openDataset(options: OpenImagesOptions): Promise<Opened> {
  const { findDataset } = await import("@apr-kit/datasets");
  const { dataset = "", directory, onProgress, onNotice } = options;
  const { test, classes } = await findDataset(dataset).load({
    splits: ["test"],
    ...(directory !== undefined && { directory }),
    ...(onProgress && { onProgress }),
    ...(onNotice && { onNotice }),
  });
  if (test === undefined) throw new CliError("NO_IMAGES", `${dataset} has no test images`);
  if ("files" in test) return openFiles(dataset, test as ImageFilesSource);
  const nameOf = (index: number) => String(index).padStart(5, "0");
  return { dataset, source: test, classes, nameOf, hash: (images) => hashPixels(test, images) };
}

async function openFolder({ folder = "", size }: OpenImagesOptions): Promise<Opened> {
  const { loadImageFolder } = await import("@apr-kit/datasets");
  const view =
    size === IMAGENET_SIDE
      ? { resize: IMAGENET_SHORT_SIDE, crop: size }
      : { resize: [size, size] as const };
  return openFiles(basename(resolve(folder)), await loadImageFolder(folder, { view }));
}

/** Files keep their names; they are too many to be hashed, so their list is. */
function openFiles(dataset: string, source: ImageFilesSource): Opened {
  const { files, classes, labels } = source;
  const nameOf = (index: number) => basename(files[index]!, extname(files[index]!));
  refuseDoubles(files.map((_, index) => `${classes[labels[index]!]}/${nameOf(index)}`));
  const hash = async (images: number) => {
    const lines = files.slice(0, images).map((file, index) => `${labels[index]} ${file}\n`);
    return createHash("sha256").update(lines.join("")).digest("hex");
  };
  return { dataset, source, classes, nameOf, hash };
}

async function hashPixels(source: ImageSource, images: number): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < images; start += HASHED_AT_ONCE) {
    const count = Math.min(HASHED_AT_ONCE, images - start);
    const read = await source.read(Array.from({ length: count }, (_, i) => start + i));
    hash.update(read.images.data).update(Uint16Array.from(read.labels));
  }
  return hash.digest("hex");
}

function refuseDoubles(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new CliError("NO_IMAGES", `two images are called ${name}`);
    seen.add(name);
  }
}
