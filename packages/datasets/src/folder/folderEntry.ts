import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory, download, hashFile } from "@apr-kit/cache";
import { SetupError } from "@apr-kit/contracts";
import { expandGzip } from "../archives/expandGzip.ts";
import type { FileTree } from "../archives/fileTree.ts";
import { regeneration } from "../cifarC/regeneration.ts";
import type { DatasetFacts } from "../imageDataset.ts";
import type { ImageSource } from "../imageSource.ts";
import type {
  CheckOptions,
  DatasetCheck,
  DatasetEntry,
  DatasetKind,
  LoadedDataset,
  LoadOptions,
  SplitName,
} from "../registry/datasetEntry.ts";
import { openPlace } from "./findFolders.ts";

/** A .tar, .tar.gz or .zip as it is published. */
export interface FolderArchive {
  readonly file: string;
  readonly urls: readonly string[];
  readonly md5: string;
  /** What `--part` calls it, of sets that are published in parts. */
  readonly part?: string;
  /** For people, where the exact number of bytes is not known. */
  readonly gigabytes?: number;
}

/** What `open` finds; class names only where they are not known before. */
export interface FolderContents extends Partial<Record<SplitName, ImageSource>> {
  readonly classes?: readonly string[];
}

/** A set of image files: where it comes from, and how it lies. */
export interface FolderManifest {
  readonly facts: DatasetFacts;
  readonly kind: DatasetKind;
  /** Images in each split; in each cell of a corrupted set. */
  readonly splits: DatasetEntry["splits"];
  /** None: it can only be placed by hand. */
  readonly archives: readonly FolderArchive[];
  /** How to come by it, as the end of a sentence after "place". */
  readonly placing: string;
  /** Finds the splits in what lies in the set's folder. */
  readonly open: (
    trees: readonly FileTree[],
    options: LoadOptions & { readonly place: string },
  ) => Promise<FolderContents>;
}

const SPLITS: readonly SplitName[] = ["train", "validation", "test"];
/** Expanded archives of small images stay far below. */
const MAX_EXPANDED_BYTES = 2 ** 36;

/** The registry's entry of a set of image files, whose archives are kept and read where they lie. */
export function folderEntry(manifest: FolderManifest): DatasetEntry {
  const { facts, kind, splits, archives, placing } = manifest;
  const place = (cache: string) => join(cache, "datasets", facts.name);
  const isInParts = archives.some(({ part }) => part !== undefined);
  const isMissing = async (folder: string) =>
    isInParts ? !(await exists(folder)) : isUnfinished(folder); // other parts are of use without one
  const entry: DatasetEntry = {
    facts,
    kind,
    splits,
    sources: archives.flatMap(({ urls }) => urls),
    placing: `place ${placing} in <cache>/datasets/${facts.name}`,
    place,

    async load(options: LoadOptions): Promise<LoadedDataset> {
      const { cache = cacheDirectory(), directory } = options;
      const source = directory ?? place(cache);
      if (directory === undefined && (await isMissing(source))) await entry.get(options);
      const found = await manifest.open(await openPlace(source), { ...options, place: source });
      const made = kind === "corrupted" ? await regenerated(source) : undefined;
      return { ...facts, ...found, source: made === undefined ? source : `${source}, ${made}` };
    },

    async get({ cache = cacheDirectory(), parts, onProgress, onNotice }) {
      const folder = place(cache);
      const wanted = chosenArchives(manifest, { parts, folder });
      for (const archive of wanted) {
        const size = archive.gigabytes === undefined ? "" : `, about ${archive.gigabytes} GB`;
        const file = join(folder, archive.file);
        if (!(await exists(file))) onNotice?.(`fetching ${archive.file}${size}, to ${folder}`);
        await download({
          ...archive,
          file,
          ...(onProgress && { onProgress }),
          ...(onNotice && { onWait: onNotice }),
        });
        await expand(file, onProgress);
      }
      const names = wanted.map(({ file }) => file).join(", ");
      return { name: facts.name, place: folder, detail: `${names}, read where it lies` };
    },

    check: (options: CheckOptions) => checkFolder(manifest, place, options),
  };
  return entry;
}

/** What a set that was made with this project says of itself; official copies and archives say nothing. */
async function regenerated(place: string): Promise<string | undefined> {
  return (await exists(join(place, "regenerated.json")))
    ? (await regeneration(place))?.label
    : undefined;
}

/** Whether there is nothing yet, or a download or an expansion was cut off. */
async function isUnfinished(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return true;
  return names.some((name) => name.endsWith(".part") || !names.includes(expandedName(name)));
}

/** What a packed tar is called once it is expanded; other names as they are. */
function expandedName(file: string): string {
  return file.replace(/\.(tar\.gz|tgz)$/i, ".tar");
}

/** A packed tar is expanded beside itself, because single files cannot be read out of it. */
async function expand(file: string, onProgress: LoadOptions["onProgress"]): Promise<void> {
  const target = expandedName(file);
  if (target === file || (await exists(target))) return;
  await expandGzip(file, target, {
    maxBytes: MAX_EXPANDED_BYTES,
    ...(onProgress && { onProgress }),
  });
}

function chosenArchives(
  { facts, archives, placing }: FolderManifest,
  { parts, folder }: { readonly parts: readonly string[] | undefined; readonly folder: string },
): readonly FolderArchive[] {
  const named = archives.filter(({ part }) => part !== undefined);
  if (archives.length === 0) {
    throw new SetupError(
      "datasets",
      `${facts.title} cannot be downloaded by a program`,
      `place ${placing} in ${folder}, or pass your own folder`,
    );
  }
  if (named.length === 0) return archives;
  const menu = named
    .map(({ part, gigabytes }) => (gigabytes ? `${part} (${gigabytes} GB)` : part))
    .join(", ");
  const unknown = parts?.find((part) => !named.some((archive) => archive.part === part));
  if (parts === undefined || parts.length === 0 || unknown !== undefined) {
    throw new SetupError(
      "datasets",
      unknown === undefined
        ? `${facts.title} is large and comes in parts: ${menu}`
        : `${facts.title} has no part ${unknown}, but ${menu}`,
      `fetch what you need, for example with: apr data get ${facts.name} --part ${named[0]?.part}`,
    );
  }
  return named.filter(({ part }) => parts.includes(part as string));
}

async function checkFolder(
  manifest: FolderManifest,
  place: (cache: string) => string,
  { directory, cache = cacheDirectory(), onProgress = () => {} }: CheckOptions,
): Promise<DatasetCheck> {
  const { facts, archives, kind, splits } = manifest;
  const where = directory ?? place(cache);
  const result = (state: DatasetCheck["state"], detail: string) => ({
    name: facts.name,
    state,
    place: where,
    detail,
  });
  if (!(await exists(where))) return result("absent", "nothing is there");
  try {
    const present: string[] = [];
    for (const { file, md5 } of archives) {
      const path = join(where, file);
      if (!(await exists(path))) continue;
      onProgress({
        task: `hashing ${file}`,
        done: present.length,
        total: archives.length,
        unit: "files",
      });
      if ((await hashFile(path, "md5")) !== md5)
        return result("damaged", `${file} has a wrong md5`);
      present.push(file);
    }
    if (present.length > 0) return result("intact", `${present.join(", ")}: the published files`);
    if (kind === "corrupted") {
      return result("intact", "folders; there are no published sums of single images to compare");
    }
    const found = await manifest.open(await openPlace(where), { place: where });
    const counts = SPLITS.flatMap((name) => {
      const size = found[name]?.size;
      return size === undefined ? [] : [[name, size, splits[name]] as const];
    });
    const wrong = counts.find(([, size, expected]) => expected !== undefined && size !== expected);
    if (wrong !== undefined) {
      return result("damaged", `${wrong[0]} has ${wrong[1]} for ${wrong[2]} images`);
    }
    const list = counts.map(([name, size]) => `${size} ${name}`).join(", ");
    return result("intact", `${list} images by number; single files have no published sums`);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return result("damaged", error.problem);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
