import { SetupError } from "@apr-kit/contracts";

/** What the codes of the file system mean to a person, and what to do about each. */
const KNOWN: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOSPC: ["the disk is full", "free some space, or set APR_CACHE to a folder on a larger disk"],
  EDQUOT: ["the disk quota is used up", "free some space, or set APR_CACHE to another folder"],
  EACCES: ["no permission", "make the folder writable, or set APR_CACHE to a folder you own"],
  EPERM: ["no permission", "make the folder writable, or set APR_CACHE to a folder you own"],
  EROFS: ["the disk is read-only", "set APR_CACHE to a folder that can be written"],
  EEXIST: ["a part of the path is a file", "move that file away, or set APR_CACHE to a folder"],
  ENOTDIR: ["a part of the path is a file", "move that file away, or set APR_CACHE to a folder"],
};

/**
 * Turns an error of the file system into a SetupError that says what to do.
 *
 * @returns the SetupError, or `error` itself when it is of another kind
 */
export function fileTrouble(where: string, path: string, error: unknown): unknown {
  const known = KNOWN[errorCode(error)];
  if (known === undefined) return error;
  const [problem, remedy] = known;
  return new SetupError(where, `cannot write ${path}: ${problem}`, remedy, { cause: error });
}

/** The `code` of a Node error, "" when it has none. */
export function errorCode(error: unknown): string {
  const hasCode = typeof error === "object" && error !== null && "code" in error;
  return hasCode && typeof error.code === "string" ? error.code : "";
}
