import { cacheDirectory } from "@apr-kit/cache";
import { checkRecords } from "./records/checkRecords.ts";
import { cifar10Manifest } from "./records/cifar10Manifest.ts";
import type { CheckOptions, DatasetCheck } from "./registry/datasetEntry.ts";

/**
 * Tells whether CIFAR-10 is in the cache, or in the user's `directory`, and whole: every byte is hashed.
 *
 * Fetches nothing, changes nothing, and reports a defect instead of throwing.
 *
 * @example
 * await checkCifar10(); // { name: "cifar10", state: "intact", place: "...", detail: "60000 images, ..." }
 */
export function checkCifar10({
  cache = cacheDirectory(),
  ...rest
}: CheckOptions = {}): Promise<DatasetCheck> {
  return checkRecords(cifar10Manifest, { cache, ...rest });
}
