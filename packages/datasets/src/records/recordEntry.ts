import { cacheDirectory } from "@apr-kit/cache";
import { type DatasetEntry, loadedFromMemory } from "../registry/datasetEntry.ts";
import { checkRecords } from "./checkRecords.ts";
import { decodedFolder, factsOf, loadRecords } from "./loadRecords.ts";
import { imagesIn, type RecordManifest } from "./recordManifest.ts";

/** The registry's entry of a data set of binary records. */
export function recordEntry(manifest: RecordManifest): DatasetEntry {
  const { archive, npm, train, test, folder, name } = manifest;
  return {
    facts: factsOf(manifest),
    kind: "labelled",
    splits: { train: imagesIn(train), test: imagesIn(test) },
    sources: [...archive.urls, `npm:${npm.spec}`],
    downloadBytes: archive.size,
    placing: `place ${archive.file} in the cache's downloads folder, or extract it and give its folder ${folder}`,
    place: (cache) => decodedFolder(manifest, cache),
    load: async (options) => loadedFromMemory(await loadRecords(manifest, options)),
    loadInMemory: (options) => loadRecords(manifest, options),
    get: async (options) => {
      const { train, test, source } = await loadRecords(manifest, options);
      const place = decodedFolder(manifest, options.cache ?? cacheDirectory());
      return { name, place, detail: `${train.size} + ${test.size} images, ${source}` };
    },
    check: ({ cache = cacheDirectory(), ...rest }) => checkRecords(manifest, { cache, ...rest }),
  };
}
