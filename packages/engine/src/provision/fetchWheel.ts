import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { publishDirectory } from "@apr-kit/cache";
import { type OnProgress, SetupError } from "@apr-kit/contracts";
import { inspectTensorFlow } from "./inspectTensorFlow.ts";
import { pipDownload } from "./pipDownload.ts";
import {
  engineDirectory,
  type KnownFile,
  MANIFEST,
  manifestOf,
  readBuild,
  type TensorFlowBuild,
  type Variant,
} from "./tensorFlowBuild.ts";
import { DamagedWheelError, readWheelText, unpackWheel } from "./unpackWheel.ts";

/** The release whose C API, kernels and CUDA version this package is tested with. */
const RELEASE = "2.21.*";

/** Libraries, the C API's headers, licences; of NVIDIA's wheels the libraries and the JIT's bit code. */
const WANTED = [
  /^tensorflow\/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/,
  /^tensorflow\/include\/(tensorflow|xla\/tsl|tsl)\/c\/.*\.h$/,
  /^tensorflow\/include\/(tensorflow\/core|tensorflow\/tsl|xla\/tsl|tsl)\/platform\/ctstring.*\.h$/,
  /^tensorflow\/include\/tensorflow\/core\/public\/\w*version\.h$/,
  /^tensorflow\/(include\/LICENSE|THIRD_PARTY_NOTICES\.txt)$/,
  /^nvidia\/.*\.so(\.\d+)*$/,
  /^nvidia\/cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/.*\.bc)$/,
  /^nvidia[\w.-]*\.dist-info\/.*LICENSE/i,
];

/**
 * Fetches TensorFlow as a wheel through pip and publishes its libraries and headers in the cache.
 *
 * Convention: wheels are kept in the cache until they are unpacked, so an interrupted run does not
 * fetch them again; a kept wheel that turns out damaged is fetched once more.
 *
 * @throws {SetupError} if pip cannot fetch it or the wheel is damaged
 */
export async function fetchWheel(
  variant: Variant,
  onProgress: OnProgress | undefined,
): Promise<TensorFlowBuild> {
  const folder = join(engineDirectory(), "downloads", variant);
  await mkdir(folder, { recursive: true });
  const kept = await keptWheels(folder, variant);
  if (kept !== undefined) {
    try {
      return await unpack(kept, variant, onProgress);
    } catch (error) {
      if (!(error instanceof DamagedWheelError)) throw error;
      await Promise.all(kept.map((wheel) => rm(wheel, { force: true })));
    }
  }
  const wheels = await fetchAll(folder, variant, onProgress);
  try {
    return await unpack(wheels, variant, onProgress);
  } catch (error) {
    // A whole wheel that cannot be unpacked (no space, say) stays for the next try; a bad one does not.
    if (error instanceof DamagedWheelError) {
      await Promise.all(wheels.map((wheel) => rm(wheel, { force: true })));
    }
    throw error;
  }
}

/** Only Linux on x86-64 has builds with and without CUDA; elsewhere the one build is for the CPU. */
function packageName(variant: Variant): string {
  const hasBoth = process.platform === "linux" && process.arch === "x64";
  return variant === "cpu" && hasBoth ? "tensorflow-cpu" : "tensorflow";
}

/** Wheels of an earlier run; undefined unless the set was completed. */
async function keptWheels(folder: string, variant: Variant): Promise<string[] | undefined> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".whl")).sort();
  const prefix = `${packageName(variant).replace("-", "_")}-${RELEASE.slice(0, -1)}`;
  const main = names.find((name) => name.startsWith(prefix));
  if (main === undefined) return undefined;
  const wheel = join(folder, main);
  if (variant === "cpu") return [wheel];
  const needed = await cudaRequirements(wheel).catch(() => undefined);
  const others = names.filter((name) => name.startsWith("nvidia_"));
  if (needed === undefined || others.length < needed.length) return undefined;
  return [wheel, ...others.map((name) => join(folder, name))];
}

async function fetchAll(
  folder: string,
  variant: Variant,
  onProgress: OnProgress | undefined,
): Promise<string[]> {
  const main = [`${packageName(variant)}==${RELEASE}`];
  const wheels = await pipDownload({ requirements: main, folder, onProgress });
  const wheel = wheels[0];
  if (wheel === undefined) {
    throw new SetupError("fetchWheel", "pip succeeded but left no wheel", "update pip");
  }
  if (variant === "cpu") return wheels;
  const requirements = await cudaRequirements(wheel);
  return [...wheels, ...(await pipDownload({ requirements, folder, onProgress }))];
}

/** What tensorflow[and-cuda] asks for, from the wheel's own METADATA. */
async function cudaRequirements(wheel: string): Promise<string[]> {
  const metadata = await readWheelText(wheel, /^[^/]+\.dist-info\/METADATA$/);
  const lines = metadata.matchAll(/^Requires-Dist:\s*([^;\r\n]+);\s*extra == ['"]and-cuda['"]/gm);
  return Array.from(lines, ([, requirement]) => (requirement as string).trim());
}

async function unpack(
  wheels: readonly string[],
  variant: Variant,
  onProgress: OnProgress | undefined,
): Promise<TensorFlowBuild> {
  const main = basename(wheels[0] as string);
  const version = main.split("-")[1] ?? "unknown";
  const target = join(engineDirectory(), `tensorflow-${version}-${variant}`);
  await publishDirectory(target, async (temporary) => {
    const isWanted = (path: string) => WANTED.some((pattern) => pattern.test(path));
    const files: KnownFile[] = [];
    for (const wheel of wheels) {
      files.push(...(await unpackWheel(wheel, temporary, { isWanted, onProgress })));
    }
    const found = await inspectTensorFlow(temporary);
    const manifest = manifestOf({ ...found, version, variant, source: main, files });
    await writeFile(join(temporary, MANIFEST), manifest);
  });
  await Promise.all(wheels.map((wheel) => rm(wheel, { force: true })));
  const build = await readBuild(target);
  if (build === undefined) throw new Error(`internal: ${target} was published without a manifest`);
  return build;
}
