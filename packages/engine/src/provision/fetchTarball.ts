import { createReadStream } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { isNativeError } from "node:util/types";
import { createGunzip } from "node:zlib";
import { download, publishDirectory } from "@apr-kit/cache";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import { extract } from "tar-stream";
import { inspectTensorFlow } from "./inspectTensorFlow.ts";
import {
  engineDirectory,
  type KnownFile,
  MANIFEST,
  manifestOf,
  readBuild,
  type TensorFlowBuild,
} from "./tensorFlowBuild.ts";
import { writeHashed } from "./writeHashed.ts";

/** The newest release whose C tarballs TensorFlow's own page "Install TensorFlow for C" lists. */
const VERSION = "2.18.0";

const KINDS: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x86_64",
  "darwin-arm64": "darwin-arm64",
};

/** Where the C library of this machine's kind lies; undefined when TensorFlow publishes none. */
export function tarballUrl(): string | undefined {
  const kind = KINDS[`${process.platform}-${process.arch}`];
  const base = `https://storage.googleapis.com/tensorflow/versions/${VERSION}`;
  return kind && `${base}/libtensorflow-cpu-${kind}.tar.gz`;
}

/**
 * Fetches TensorFlow's C library as a tarball and publishes it in the cache.
 *
 * Convention: TensorFlow publishes no checksum for it; gzip's own check guards against damage on the
 * way, and loading it is the final test.
 *
 * @throws {SetupError} if it cannot be fetched or is damaged
 */
export async function fetchTarball(
  url: string | undefined,
  onProgress: OnProgress | undefined,
): Promise<TensorFlowBuild> {
  if (url === undefined) {
    const machine = `${process.platform} ${process.arch}`;
    throw new SetupError(
      "fetchTarball",
      `there is none for ${machine}`,
      "name a folder by APR_TENSORFLOW",
    );
  }
  const tarball = join(engineDirectory(), "downloads", `${VERSION}-${basename(url)}`);
  await download({ urls: [url], file: tarball, ...(onProgress && { onProgress }) });
  const target = join(engineDirectory(), `tensorflow-${VERSION}-cpu-c`);
  await publishDirectory(target, async (temporary) => {
    const files = await unpackTarball(tarball, temporary, onProgress).catch(async (error) => {
      if (!isDamage(error)) throw error;
      await rm(tarball, { force: true });
      const problem = `${basename(tarball)} is damaged (${error.message})`;
      throw new SetupError("fetchTarball", problem, "run the command again", { cause: error });
    });
    const found = await inspectTensorFlow(temporary);
    const version = found.version === "unknown" ? VERSION : found.version;
    await writeFile(
      join(temporary, MANIFEST),
      manifestOf({ ...found, version, source: url, files }),
    );
  });
  await rm(tarball, { force: true });
  const build = await readBuild(target);
  if (build === undefined) throw new Error(`internal: ${target} was published without a manifest`);
  return build;
}

async function unpackTarball(
  tarball: string,
  directory: string,
  onProgress: OnProgress | undefined,
): Promise<KnownFile[]> {
  const files: KnownFile[] = [];
  const task = `unpacking ${basename(tarball)}`;
  let done = 0;
  const reader = extract();
  const feeding = pipeline(createReadStream(tarball), createGunzip(), reader);
  feeding.catch(() => undefined); // reported below; the loop ends with the same error
  for await (const entry of reader) {
    const { name, type, linkname } = entry.header;
    const path = normalize(name);
    if (isAbsolute(path) || path.startsWith("..")) throw new Error(`it holds the path ${name}`);
    const target = join(directory, path);
    if (type === "symlink" && typeof linkname === "string" && !linkname.includes("/")) {
      await mkdir(dirname(target), { recursive: true });
      await symlink(linkname, target);
    } else if (type === "file") {
      const onBytes = (bytes: number) => {
        done += bytes;
        onProgress?.({ task, done, unit: "bytes" });
      };
      const content = entry as unknown as AsyncIterable<Uint8Array>; // its types leave the iterator out
      files.push({ path, ...(await writeHashed(content, target, { onBytes })) });
      continue;
    }
    entry.resume();
  }
  await feeding;
  return files;
}

function isDamage(error: unknown): error is Error {
  return isNativeError(error) && !("syscall" in error);
}
