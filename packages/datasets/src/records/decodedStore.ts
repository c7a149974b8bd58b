import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageSplit } from "../imageDataset.ts";
import { type RecordManifest, splitSizes } from "./recordManifest.ts";
import { type Splits, splitsSha256 } from "./splits.ts";

/** Layout of the decoded folder; a change of layout gets a new number and old folders are made anew. */
const FORMAT = 1;

/** What a decoded folder says about itself, in manifest.json. */
interface StoredManifest {
  readonly format: number;
  readonly name: string;
  readonly sha256: string;
  readonly source: string;
}

/** What was found: images, a damaged folder, or nothing. */
export type Stored =
  | {
      readonly state: "intact";
      readonly splits: Splits;
      readonly source: string;
      readonly sha256: string;
    }
  | { readonly state: "damaged"; readonly defect: string }
  | { readonly state: "absent" };

/** Fills an empty folder with train.images.u8, train.labels.u8, perhaps train.coarse.u8, test..., manifest.json. */
export async function writeDecoded(
  manifest: RecordManifest,
  folder: string,
  splits: Splits,
  source: string,
): Promise<void> {
  for (const name of ["train", "test"] as const) {
    const { images, labels, coarseLabels } = splits[name];
    await writeFile(join(folder, `${name}.images.u8`), images.data);
    await writeFile(join(folder, `${name}.labels.u8`), labels);
    if (coarseLabels !== undefined)
      await writeFile(join(folder, `${name}.coarse.u8`), coarseLabels);
  }
  const stored: StoredManifest = {
    format: FORMAT,
    name: manifest.name,
    sha256: splitsSha256(splits),
    source,
  };
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(stored, null, 2)}\n`);
}

/**
 * Reads a decoded folder. Sizes are always compared, the checksum of all bytes only with `verify`.
 *
 * @throws a file system error as Node gives it, unless it means that a file is missing
 */
export async function readDecoded(
  manifest: RecordManifest,
  folder: string,
  { verify }: { readonly verify: boolean },
): Promise<Stored> {
  if (!(await exists(folder))) return { state: "absent" };
  const stored = await readManifest(join(folder, "manifest.json"));
  const promised = manifest.sha256 ?? stored?.sha256;
  if (stored?.format !== FORMAT || promised === undefined || stored.sha256 !== promised) {
    return { state: "damaged", defect: "manifest.json is missing or of another version" };
  }
  const { source = "an unnamed source" } = stored;
  const train = await readSplit(manifest, folder, "train");
  const test = await readSplit(manifest, folder, "test");
  for (const split of [train, test]) {
    if (typeof split === "string") return { state: "damaged", defect: split };
  }
  const splits = { train, test } as Splits;
  if (verify && splitsSha256(splits) !== promised) {
    return { state: "damaged", defect: "its checksum is wrong" };
  }
  return { state: "intact", splits, source, sha256: promised };
}

/** The split, or what is wrong with its files. */
async function readSplit(
  manifest: RecordManifest,
  folder: string,
  name: "train" | "test",
): Promise<ImageSplit | string> {
  const [height, width, channel] = manifest.shape;
  const size = splitSizes(manifest)[name];
  const data = await readExactly(
    join(folder, `${name}.images.u8`),
    size * height * width * channel,
  );
  if (typeof data === "string") return data;
  const labels = await readExactly(join(folder, `${name}.labels.u8`), size);
  if (typeof labels === "string") return labels;
  const split = { images: { data, shape: [size, height, width, channel] as const }, labels, size };
  if (manifest.coarseLabel === undefined) return split;
  const coarseLabels = await readExactly(join(folder, `${name}.coarse.u8`), size);
  return typeof coarseLabels === "string" ? coarseLabels : { ...split, coarseLabels };
}

async function readExactly(path: string, expected: number): Promise<Uint8Array | string> {
  const actual = (await exists(path)) ? (await stat(path)).size : 0;
  if (actual !== expected) return `${path} has ${actual} for ${expected} bytes`;
  const { buffer, byteOffset, length } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, length);
}

async function readManifest(path: string): Promise<Partial<StoredManifest> | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined; // missing and unreadable are one: the folder is made anew
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
