import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { type HostTensors, readPth, readSafetensors } from "@apr-kit/models";
import { CHECKPOINT } from "../runs/runFolder.ts";
import { CliError } from "../terminal/cliError.ts";

/** Weights of a file, with what it says of itself. */
export interface Weights {
  readonly tensors: HostTensors;
  readonly metadata: Readonly<Record<string, string>>;
  /** Keys of the checkpoint under which they lay. */
  readonly path: readonly string[];
}

/** Beside the weights in our checkpoints; a converted file leaves them out. */
const OPTIMIZER = /^optimizer\./;

/**
 * Reads weights from a .pth, .pt or .safetensors file, by its extension, or from the folder of a run.
 *
 * @param key where in a .pth's dict to look; see readPth
 *
 * @throws {CliError} if the extension is another
 * @throws {SetupError} if the file cannot be read
 * @throws {ValueError} if it is damaged
 */
export async function readWeights(path: string, key?: string): Promise<Weights> {
  const file = await weightsFile(path);
  if (/\.safetensors$/i.test(file)) {
    const { tensors, metadata } = readSafetensors(await bytesOf(file));
    const weights = new Map([...tensors].filter(([name]) => !OPTIMIZER.test(name)));
    return { tensors: weights, metadata, path: [] };
  }
  if (!/\.(pth|pt|tar|ckpt|bin)$/i.test(file)) {
    throw new CliError("FORMAT", `expected a .pth, .pt or .safetensors file, got ${file}`);
  }
  const found = readPth(await bytesOf(file), key === undefined ? {} : { key });
  return { tensors: found.tensors, metadata: {}, path: found.path };
}

/** The file of weights that a path means: itself, or the checkpoint of a run's folder. */
export async function weightsFile(path: string): Promise<string> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  return isFolder ? join(path, CHECKPOINT) : path;
}

/**
 * What a file's metadata say under `key`, in JSON; undefined if nothing.
 *
 * @throws {CliError} if it is not JSON
 */
export function stated(metadata: Weights["metadata"], key: string): unknown {
  const text = metadata[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError("METADATA", `expected the file's ${key} to be JSON, got ${text}`, 1);
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SetupError(
      "convert",
      `${file} cannot be read`,
      "give the path of a file of weights, or of a run",
      {
        cause,
      },
    );
  }
}
