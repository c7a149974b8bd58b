import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory, hashFile } from "@apr-kit/cache";
import { readNpy } from "@apr-kit/formats";
import { labelsOf } from "../arrays/labelsOf.ts";
import { decodedFolder } from "../records/loadRecords.ts";
import type { CheckOptions, DatasetCheck } from "../registry/datasetEntry.ts";
import type { CifarCManifest } from "./cifarCManifest.ts";
import { type Regeneration, regeneration } from "./regeneration.ts";

const SEVERITIES = 5;

/**
 * Hashes every file of a corrupted set, and compares its labels with those of the clean test set where that is
 * in the cache.
 *
 * Convention: a set that says in regenerated.json that it was made here is held against the sums written there;
 * any other against the published ones.
 */
export async function checkCifarC(
  manifest: CifarCManifest,
  cached: string,
  { directory, cache = cacheDirectory(), onProgress }: CheckOptions,
): Promise<DatasetCheck> {
  const { name, title, md5 } = manifest;
  const place = directory ?? cached;
  const made = await regeneration(place);
  const names =
    made === undefined ? Object.keys(md5).map((each) => `${each}.npy`) : Object.keys(made.files);
  const defects: string[] = [];
  let missing = 0;
  for (const [index, file] of names.entries()) {
    const defect = await defectOf(manifest, place, file, made);
    if (defect !== undefined) defects.push(`${file} ${defect}`);
    if (defect === MISSING) missing++;
    const total = names.length;
    onProgress?.({ task: `hashing ${title}`, done: index + 1, total, unit: "files" });
  }
  if (missing === names.length && made === undefined) {
    return { name, state: "absent", place, detail: "none of its files is there" };
  }
  const labels =
    missing === 0 ? await labelsDefect(manifest, place, cache, made !== undefined) : undefined;
  if (labels?.isDefect) defects.push(labels.text);
  if (defects.length > 0) return { name, state: "damaged", place, detail: defects.join("; ") };
  const kind = made === undefined ? "the published files" : made.label;
  const detail = `${title}, ${names.length} files: ${kind}${labels === undefined ? "" : `; ${labels.text}`}`;
  return { name, state: "intact", place, detail };
}

const MISSING = "is missing";

async function defectOf(
  { md5 }: CifarCManifest,
  place: string,
  file: string,
  made: Regeneration | undefined,
): Promise<string | undefined> {
  const algorithm = made === undefined ? "md5" : "sha256";
  const expected = made === undefined ? md5[file.replace(/\.npy$/, "")] : made.files[file];
  try {
    const actual = await hashFile(join(place, file), algorithm);
    if (actual === expected) return undefined;
    return `has a wrong ${algorithm} checksum, ${actual.slice(0, 12)}… for ${expected?.slice(0, 12)}…`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? MISSING : `cannot be read (${message})`;
  }
}

/** The labels must be those of the clean test set, five times; of its beginning, in a set that was made here. */
async function labelsDefect(
  { base }: CifarCManifest,
  place: string,
  cache: string,
  isPartAllowed: boolean,
): Promise<{ readonly isDefect: boolean; readonly text: string }> {
  const clean = await readFile(join(decodedFolder(base, cache), "test.labels.u8")).catch(
    () => undefined,
  );
  if (clean === undefined) {
    return { isDefect: false, text: `labels not compared, as ${base.name} is not in the cache` };
  }
  let stored: Uint8Array | undefined;
  try {
    stored = labelsOf(readNpy(await readFile(join(place, "labels.npy"))).data);
  } catch {
    stored = undefined;
  }
  const images = (stored?.length ?? 0) / SEVERITIES;
  const isSized = images === clean.length || (isPartAllowed && images < clean.length);
  const isEqual = isSized && stored?.every((label, i) => label === clean[i % images]);
  return isEqual
    ? { isDefect: false, text: `its labels are those of the test set of ${base.title}` }
    : {
        isDefect: true,
        text: `labels.npy does not hold the labels of the test set of ${base.title}`,
      };
}
