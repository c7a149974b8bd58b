import { join } from "node:path";
import { cacheDirectory, publishDirectory, withLock } from "@apr-kit/cache";
import type { DatasetFacts, ImageDataset } from "../imageDataset.ts";
import type { LoadOptions } from "../registry/datasetEntry.ts";
import { readDecoded, writeDecoded } from "./decodedStore.ts";
import { fetchRecords } from "./fetchRecords.ts";
import { readRecordFolder } from "./readRecordFolder.ts";
import type { RecordManifest } from "./recordManifest.ts";
import type { Splits } from "./splits.ts";

/** Loads a data set of binary records; loadCifar10 says how. */
export async function loadRecords(
  manifest: RecordManifest,
  {
    directory,
    cache = cacheDirectory(),
    verify = false,
    onProgress = () => {},
    onNotice = () => {},
  }: LoadOptions,
): Promise<ImageDataset> {
  if (directory !== undefined) {
    return describe(manifest, await readRecordFolder(manifest, directory), directory);
  }
  const folder = decodedFolder(manifest, cache);
  const cached = await readDecoded(manifest, folder, { verify });
  if (cached.state === "intact") return describe(manifest, cached.splits, cached.source);

  const make = async () => {
    const found = await readDecoded(manifest, folder, { verify }); // by whom we waited for
    if (found.state === "intact") return describe(manifest, found.splits, found.source);
    if (found.state === "damaged") {
      onNotice(`the cached ${manifest.title} is damaged (${found.defect}); decoding it again`);
    }
    const downloads = downloadsFolder(cache);
    const { splits, source } = await fetchRecords(manifest, downloads, { onProgress, onNotice });
    await publishDirectory(folder, (empty) => writeDecoded(manifest, empty, splits, source));
    return describe(manifest, splits, source);
  };
  return withLock(folder, make, { onWait: onNotice });
}

/** Where the decoded form is cached. */
export function decodedFolder(manifest: RecordManifest, cache: string): string {
  return join(cache, "datasets", manifest.name);
}

/** Where fetched files are kept, and where a file may be placed by hand. */
export function downloadsFolder(cache: string): string {
  return join(cache, "downloads");
}

function describe(manifest: RecordManifest, splits: Splits, source: string): ImageDataset {
  return { ...factsOf(manifest), ...splits, source };
}

/** The manifest without what only loading needs. */
export function factsOf(manifest: RecordManifest): DatasetFacts {
  const { name, title, classes, shape, normalisation, homepage, licence, citation } = manifest;
  const { statistics, coarseClasses } = manifest;
  return {
    ...{ name, title, classes, shape, normalisation, homepage, licence, citation },
    ...(coarseClasses !== undefined && { coarseClasses }),
    ...(statistics !== undefined && { statistics }),
  };
}
