import { stat } from "node:fs/promises";
import { cacheDirectory } from "@apr-kit/cache";
import type { DatasetFacts } from "./imageDataset.ts";
import { datasetEntries } from "./registry/datasetEntries.ts";
import type { DatasetEntry } from "./registry/datasetEntry.ts";

/** What can be said of a data set without reading an image of it. */
export interface DatasetDescription
  extends DatasetFacts,
    Pick<DatasetEntry, "kind" | "splits" | "sources" | "downloadBytes" | "placing"> {
  /** Where it lies in the cache; absent when it does not. */
  readonly cached?: string;
}

/**
 * Lists the data sets that have a name, and which of them are cached. Reads no image.
 *
 * @param options.cache root of the cache; default cacheDirectory()
 */
export async function describeDatasets({
  cache = cacheDirectory(),
}: {
  readonly cache?: string;
} = {}): Promise<readonly DatasetDescription[]> {
  return Promise.all(datasetEntries.map((entry) => describeOne(entry, cache)));
}

async function describeOne(entry: DatasetEntry, cache: string): Promise<DatasetDescription> {
  const { facts, kind, splits, sources, downloadBytes, placing } = entry;
  const place = entry.place(cache);
  const exists = async () => (await stat(place).catch(() => undefined)) !== undefined;
  const isCached = await (entry.isHere?.(cache) ?? exists());
  return {
    ...facts,
    kind,
    splits,
    sources,
    ...(downloadBytes !== undefined && { downloadBytes }),
    placing,
    ...(isCached && { cached: place }),
  };
}
