import { join } from "node:path";
import { cacheDirectory } from "@apr-kit/cache";
import { SetupError } from "@apr-kit/contracts";
import type { ImageDataset, ImageSplit } from "../imageDataset.ts";
import { type ImageSource, splitSource } from "../imageSource.ts";
import type {
  CheckOptions,
  DatasetCheck,
  DatasetEntry,
  LoadedDataset,
  LoadOptions,
} from "../registry/datasetEntry.ts";
import { defectOfFile, locate } from "./dataFile.ts";
import { fetchFiles, missingFiles } from "./fetchFiles.ts";
import type { FileManifest } from "./fileManifest.ts";

/** The registry's entry of a data set of a few files. */
export function fileEntry(manifest: FileManifest): DatasetEntry {
  const { facts, splits, files, npm } = manifest;
  const sizes = files.map(({ downloadBytes }) => downloadBytes);
  const isKnown = sizes.every((size) => size !== undefined);
  const entry: DatasetEntry = {
    facts,
    kind: "labelled",
    splits: Object.fromEntries(Object.entries(splits).map(([name, { images }]) => [name, images])),
    sources: [
      ...files.flatMap(({ urls }) => urls.slice(0, 1)),
      ...(npm === undefined ? [] : [`npm:${npm.spec}`]),
    ],
    ...(isKnown && { downloadBytes: sizes.reduce<number>((sum, size = 0) => sum + size, 0) }),
    placing: `place ${files.map(({ name }) => name).join(", ")} in the cache's folder datasets/${facts.name}, or give the folder in which they are`,
    place: (cache) => join(cache, "datasets", facts.name),
    isHere: async (cache) => (await missingFiles(manifest, entry.place(cache))).length === 0,
    async load(options) {
      const { found, source } = await open(manifest, options);
      const sources = [...found].map(([name, split]) => [name, asSource(split)]);
      return { ...facts, ...Object.fromEntries(sources), source } as LoadedDataset;
    },
    async get({ cache = cacheDirectory(), onProgress = () => {}, onNotice = () => {} }) {
      const place = entry.place(cache);
      await fetchFiles(manifest, place, { onProgress, onNotice });
      return { name: facts.name, place, detail: `${files.length} files` };
    },
    check: (options) => check(manifest, entry.place(options.cache ?? cacheDirectory()), options),
  };
  if (splits.train === undefined || splits.test === undefined) return entry;
  return { ...entry, loadInMemory: (options) => loadInMemory(manifest, options) };
}

async function loadInMemory(manifest: FileManifest, options: LoadOptions): Promise<ImageDataset> {
  const { found, source } = await open(manifest, { ...options, splits: ["train", "test"] });
  const [train, test] = [found.get("train"), found.get("test")] as [ImageSplit, ImageSplit];
  return { ...manifest.facts, train, test, source };
}

async function open(
  manifest: FileManifest,
  { directory, cache = cacheDirectory(), splits, onProgress, onNotice }: LoadOptions,
): Promise<{ readonly found: Map<string, ImageSplit | ImageSource>; readonly source: string }> {
  const place = directory ?? join(cache, "datasets", manifest.facts.name);
  if (directory === undefined) {
    await fetchFiles(manifest, place, {
      onProgress: onProgress ?? (() => {}),
      onNotice: onNotice ?? (() => {}),
    });
  }
  const { state, detail } = await check(manifest, place, {});
  if (state !== "intact") {
    const remedy = `place the files of ${manifest.facts.title} there afresh`;
    throw new SetupError("datasets", `${place}: ${detail}`, remedy);
  }
  const found = new Map<string, ImageSplit | ImageSource>();
  for (const [name, { images, read }] of Object.entries(manifest.splits)) {
    if (splits !== undefined && !splits.some((wanted) => wanted === name)) continue;
    const split = await read(place);
    if (split.size !== images) {
      const problem = `${place} has ${split.size} ${name} images for ${images}`;
      throw new SetupError("datasets", problem, `give the files of ${manifest.facts.title}`);
    }
    found.set(name, split);
  }
  return { found, source: directory ?? `the official files in ${place}` };
}

async function check(
  { facts, files }: FileManifest,
  cached: string,
  { directory, onProgress }: CheckOptions,
): Promise<DatasetCheck> {
  const { name, title } = facts;
  const place = directory ?? cached;
  const isThere = await Promise.all(files.map((file) => locate(place, file.name)));
  if (isThere.every((found) => found === undefined)) {
    return { name, state: "absent", place, detail: "none of its files is there" };
  }
  const defects: string[] = [];
  for (const [index, file] of files.entries()) {
    const defect = await defectOfFile(place, file);
    if (defect !== undefined) defects.push(defect);
    const total = files.length;
    onProgress?.({ task: `hashing ${title}`, done: index + 1, total, unit: "files" });
  }
  if (defects.length > 0) return { name, state: "damaged", place, detail: defects.join("; ") };
  const unknown = files.filter(({ sum }) => sum === undefined).length;
  const detail = `${title}, ${files.length} files${unknown > 0 ? `, no sum known of ${unknown}` : ""}`;
  return { name, state: "intact", place, detail };
}

function asSource(split: ImageSplit | ImageSource): ImageSource {
  return "read" in split ? split : splitSource(split);
}
