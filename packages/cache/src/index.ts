export { cacheDirectory } from "./cacheDirectory.ts";
export { type DownloadRequest, download } from "./download.ts";
export { type HashAlgorithm, hashFile } from "./hashFile.ts";
export { publishDirectory } from "./publishDirectory.ts";
export { publishFile } from "./publishFile.ts";
export { sha256File } from "./sha256File.ts";
export { type LockOptions, withLock } from "./withLock.ts";
