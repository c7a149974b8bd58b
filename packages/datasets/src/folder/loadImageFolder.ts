import { readFile } from "node:fs/promises";
import { SetupError } from "@apr-kit/contracts";
import type { FileTree } from "../archives/fileTree.ts";
import { openTree } from "../archives/openTree.ts";
import type { ImageSource } from "../imageSource.ts";
import { MAX_PIXELS } from "./decodeImage.ts";
import {
  type ImageFilesOptions,
  type ImageFilesSource,
  imageFilesSource,
} from "./imageFilesSource.ts";
import {
  type LabelledFiles,
  type ListOptions,
  listClassFolders,
  listFlatFolder,
} from "./listImages.ts";
import { readImageFile } from "./readImageFile.ts";
import { createWeightGate } from "./weightGate.ts";

export interface ImageFolderOptions extends ListOptions, Partial<ImageFilesOptions> {
  /** "folders": one folder a class. "flat": classes from `labelsFile`, or none. Default "folders". */
  readonly layout?: "folders" | "flat";
  /** A file that parseLabels reads. */
  readonly labelsFile?: string;
}

/**
 * Opens a folder of images, or a .tar or .zip of one, as a source of batches.
 *
 * @param place        the folder or archive; archives are read where they lie
 * @param options.view how images are resized and cropped; default not at all: then all must have the size of the first
 * @returns sizes, labels and files are known at once; images are read as they are asked for
 *
 * @throws {SetupError} if there is nothing, no image, or a class is missing; on reading, if an image is unusable
 * @throws {ValueError} if the labels' file or the view cannot be understood
 * @example
 * const val = await loadImageFolder("imagenet/val", { view: { resize: 256, crop: 224 } });
 * for await (const { images, labels } of streamBatches(val, { batchSize: 64 })) { ... }
 */
export async function loadImageFolder(
  place: string,
  { labelsFile, ...options }: ImageFolderOptions = {},
): Promise<ImageFilesSource> {
  const labels = labelsFile === undefined ? {} : { labels: await readText(labelsFile) };
  return loadImageTree(await openTree(place), { ...options, ...labels });
}

export interface ImageTreeOptions extends Omit<ImageFolderOptions, "labelsFile"> {
  /** What a labels' file holds. */
  readonly labels?: string;
}

/** {@link loadImageFolder} of a tree that is open already. */
export async function loadImageTree(
  tree: FileTree,
  { layout = "folders", view = {}, ...options }: ImageTreeOptions,
): Promise<ImageFilesSource> {
  const list = layout === "folders" ? listClassFolders : listFlatFolder;
  const found = await list(tree, options);
  const shape = fixedShape(view) ?? (await shapeOfFirst(tree, found, { ...options, view }));
  return imageFilesSource(tree, found, shape, { ...options, view });
}

/** The size that a view gives to every image; undefined where it depends on the image. */
function fixedShape({ resize, crop }: ImageFilesOptions["view"]): ImageSource["shape"] | undefined {
  if (typeof crop === "number") return [crop, crop, 3];
  if (crop !== undefined) return [crop[0], crop[1], 3];
  return typeof resize === "object" ? [resize[0], resize[1], 3] : undefined;
}

async function shapeOfFirst(
  tree: FileTree,
  { files }: LabelledFiles,
  { view, maxPixels = MAX_PIXELS }: ImageFilesOptions,
): Promise<ImageSource["shape"]> {
  const first = files[0];
  if (first === undefined) return [1, 1, 3];
  const memory = createWeightGate(Number.POSITIVE_INFINITY);
  const file = { name: `${tree.place}/${first}`, read: () => tree.read(first) };
  return (await readImageFile(file, { view, maxPixels, memory })).shape;
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: Error) => {
    throw new SetupError(
      "datasets",
      `${file} cannot be read (${cause.message})`,
      "check the path",
      {
        cause,
      },
    );
  });
}
