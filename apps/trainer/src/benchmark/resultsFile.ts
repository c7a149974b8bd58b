import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { publishFile } from "@apr-kit/cache";
import { CliError } from "../terminal/cliError.ts";
import type { MeasuredCell } from "./summariseCells.ts";

/** The error on one set of images, and the time it took. */
export type MeasuredPart = Omit<MeasuredCell, "corruption" | "severity">;

/** What has been measured so far, and with what. */
export interface StoredResults {
  /** All that decides the figures; plain JSON. */
  readonly settings: object;
  readonly clean?: MeasuredPart;
  readonly cells: readonly MeasuredCell[];
  /** Whether the classes are ImageNet's, so that AlexNet's errors apply. */
  readonly isImageNet: boolean;
  /** How the figures came about, in words. */
  readonly conventions: readonly string[];
}

/**
 * Reads the results that are stored for the same settings; none where there is no file, or `fresh` is asked for.
 *
 * @throws {CliError} if the file is of other settings, or damaged
 */
export async function openResults(
  path: string,
  settings: object,
  { fresh }: { readonly fresh: boolean },
): Promise<StoredResults> {
  const text = fresh ? undefined : await readFile(path, "utf8").catch(absent);
  if (text === undefined) return { settings, cells: [], isImageNet: false, conventions: [] };
  const stored = parsed(path, text);
  const plain: unknown = JSON.parse(JSON.stringify(settings));
  if (isDeepStrictEqual(stored.settings, plain)) return stored;
  throw new CliError(
    "OTHER_SETTINGS",
    `${path} holds results of another model or other settings; give another --out, or --fresh to replace them`,
  );
}

/** Writes results, whole or not at all. */
export async function storeResults(path: string, results: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await publishFile(path, (file) => writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`));
}

function parsed(path: string, text: string): StoredResults {
  try {
    const { settings, clean, cells, isImageNet, conventions } = JSON.parse(text) as StoredResults;
    if (!Array.isArray(cells) || !Array.isArray(conventions)) throw new Error("it has no cells");
    return { settings, cells, isImageNet, conventions, ...(clean !== undefined && { clean }) };
  } catch (cause) {
    throw new CliError(
      "DAMAGED",
      `${path} cannot be read (${(cause as Error).message}); remove it or give --fresh`,
    );
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
