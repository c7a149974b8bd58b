import { readdir, stat } from "node:fs/promises";
import { cacheDirectory } from "@apr-kit/cache";
import type { OnProgress } from "@apr-kit/contracts";
import {
  type CorruptionCell,
  datasetEntries,
  findDataset,
  type ImageSource,
  type ImageView,
  imageNetCViews,
  loadCifarC,
  loadImageFolder,
  openCorruptionSet,
  regeneration,
  splitSource,
} from "@apr-kit/datasets";
import { CliError } from "../terminal/cliError.ts";

/** Images of one cell or of the clean set; folders say what their classes are called, arrays do not. */
export interface BenchmarkImages {
  readonly source: ImageSource;
  /** Names of the classes that `source.labels` count; undefined: they count the model's own. */
  readonly classes?: readonly string[];
  /** What was done to the images, in words. */
  readonly preprocessing: string;
}

/** Test images at every corruption and severity that are here. */
export interface BenchmarkSet {
  readonly place: string;
  readonly cells: ReadonlyMap<string, readonly CorruptionCell["severity"][]>;
  readonly load: (cell: CorruptionCell) => Promise<BenchmarkImages>;
}

/** Ways to feed photographs; "auto": a centre crop of 224 where images are at least so large, else as they are. */
export const preprocessings = {
  none: {},
  "center-crop": imageNetCViews.centerCrop,
  "resize256-center-crop": imageNetCViews.resize256CenterCrop,
  resize224: imageNetCViews.resize224,
} as const satisfies Readonly<Record<string, ImageView>>;

export type Preprocessing = keyof typeof preprocessings | "auto";

const CROP = 224;
const SEVERITIES = [1, 2, 3, 4, 5] as const;

/**
 * Opens a corrupted test set: arrays as CIFAR-10-C has them (labels.npy), or folders as ImageNet-C.
 *
 * @param set a path, or the name of a data set in the cache
 *
 * @throws {SetupError} if there is nothing of the kind
 */
export async function openBenchmarkSet(
  set: string,
  preprocess: Preprocessing,
): Promise<BenchmarkSet> {
  const place = await placeOf(set);
  const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() ?? false;
  const names = isFolder ? await readdir(place) : [];
  const made = isFolder ? await regeneration(place) : undefined;
  const origin = made === undefined ? "" : `; ${made.label}`;
  if (names.includes("labels.npy")) return arraySet(place, names, origin);
  const { cells, load } = await openCorruptionSet(place);
  return {
    place,
    cells,
    async load(cell) {
      const { view, preprocessing } = await viewFor(preprocess, "center-crop", () =>
        load(cell, {}),
      );
      const source = await load(cell, { view });
      return { source, classes: source.classes, preprocessing: `${preprocessing}${origin}` };
    },
  };
}

function arraySet(place: string, names: readonly string[], origin: string): BenchmarkSet {
  const files = names.filter((name) => name.endsWith(".npy") && name !== "labels.npy").sort();
  return {
    place,
    cells: new Map(files.map((name) => [name.slice(0, -".npy".length), SEVERITIES])),
    async load(cell) {
      const split = await loadCifarC({ directory: place, ...cell });
      return { source: splitSource(split), preprocessing: `as stored${origin}` };
    },
  };
}

export interface CleanOptions {
  readonly preprocess: Preprocessing;
  /** Of a folder without class folders. */
  readonly labelsFile?: string;
  readonly onProgress: OnProgress;
  readonly onNotice: (line: string) => void;
}

/**
 * Opens a clean test set: a folder of class folders, a flat one with its labels, or a data set by its name.
 *
 * @throws {SetupError} if there is nothing of the kind
 */
export async function openCleanSet(
  set: string,
  { preprocess, labelsFile, onProgress, onNotice }: CleanOptions,
): Promise<BenchmarkImages> {
  if (isName(set)) {
    const { test, classes } = await findDataset(set).load({ onProgress, onNotice });
    if (test === undefined) throw new CliError("NO_TEST", `${set} has no labelled test images`);
    const names = "classes" in test ? { classes } : {};
    return { source: test, ...names, preprocessing: `as ${set} is loaded` };
  }
  const layout = labelsFile === undefined ? {} : ({ layout: "flat", labelsFile } as const);
  const open = (view: ImageView) => loadImageFolder(set, { ...layout, view });
  const { view, preprocessing } = await viewFor(preprocess, "resize256-center-crop", () =>
    open({}),
  );
  const source = await open(view);
  return { source, classes: source.classes, preprocessing };
}

/** The view that "auto" stands for is found by the size of the first image. */
async function viewFor(
  preprocess: Preprocessing,
  large: keyof typeof preprocessings,
  open: () => Promise<ImageSource>,
): Promise<{ readonly view: ImageView; readonly preprocessing: string }> {
  let name: keyof typeof preprocessings = preprocess === "auto" ? "none" : preprocess;
  if (preprocess === "auto") {
    const [height, width] = (await open()).shape;
    if (Math.min(height, width) >= CROP) name = large;
  }
  return { view: preprocessings[name], preprocessing: name };
}

async function placeOf(set: string): Promise<string> {
  if (!isName(set)) return set;
  const entry = findDataset(set);
  const place = entry.place(cacheDirectory());
  if ((await stat(place).catch(() => undefined)) !== undefined) return place;
  throw new CliError("ABSENT", `${set} is not here; ${entry.placing}`, 1);
}

function isName(set: string): boolean {
  return datasetEntries.some(({ facts }) => facts.name === set);
}
