import { readFile } from "node:fs/promises";
import { imageNetWnids } from "@apr-kit/datasets";
import { CliError } from "../terminal/cliError.ts";

export interface ModelClassesOptions {
  readonly numClasses: number;
  /** Names by index that the user gave. */
  readonly given?: readonly string[];
  /** Names by index that the model's file states. */
  readonly stated?: readonly string[];
}

/** Where the classes of a folder stand among the model's. */
export interface ModelClasses {
  /** The model's index of each of the folder's classes. */
  readonly indices: readonly number[];
  /** How that was found, in words. */
  readonly convention: string;
  readonly isImageNet: boolean;
}

/**
 * Finds which logit each class of a folder belongs to.
 *
 * Convention, in this order: the names that the user gives; those that the file states, if all folders are among
 * them; ImageNet's, for 1000 classes and WordNet identifiers; folders called 0, 1, 2, ... are indices (as strings
 * they would sort 0, 1, 10); else as many folders as classes, in the order of their names.
 *
 * @throws {CliError} CLASSES if none of these fits
 */
export function modelClasses(
  folders: readonly string[],
  { numClasses, given, stated }: ModelClassesOptions,
): ModelClasses {
  if (given !== undefined && given.length !== numClasses) {
    throw new CliError(
      "CLASSES",
      `expected ${numClasses} names of classes, one for each logit, got ${given.length}`,
    );
  }
  const isIn = (names: readonly string[]) => folders.every((folder) => names.includes(folder));
  const by = (names: readonly string[], convention: string, isImageNet = false): ModelClasses => {
    const indexOf = new Map(names.map((name, index) => [name, index]));
    return {
      indices: folders.map((folder) => indexOf.get(folder) as number),
      convention,
      isImageNet,
    };
  };
  if (given !== undefined) {
    if (isIn(given)) return by(given, "classes by the given list of names");
    const unknown = folders.find((folder) => !given.includes(folder));
    throw new CliError("CLASSES", `the class folder ${unknown} is not in the given list`);
  }
  if (stated !== undefined && isIn(stated))
    return by(stated, "classes by the names that the file states");
  if (numClasses === imageNetWnids.length && isIn(imageNetWnids)) {
    return by(imageNetWnids, "classes by WordNet identifier, in ImageNet's order", true);
  }
  const numbers = Array.from({ length: numClasses }, (_, index) => `${index}`);
  if (isIn(numbers)) return by(numbers, "class folders named by index");
  if (folders.length === numClasses)
    return by(folders, "class folders in the order of their names");
  throw new CliError(
    "CLASSES",
    `${folders.length} class folders do not say which of the model's ${numClasses} classes they are; ` +
      "--classes-file gives the names by index, one a line",
  );
}

/**
 * Reads names of classes by index: the first word of every line.
 *
 * @throws {CliError} CLASSES if the file cannot be read
 */
export async function readClassNames(file: string): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new CliError("CLASSES", `--classes-file: ${file} cannot be read (${cause.message})`);
  });
  return text
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/)[0] as string)
    .filter((name) => name !== "");
}
