import { cacheDirectory } from "@apr-kit/cache";
import { type DatasetEntry, loadedFromMemory } from "../registry/datasetEntry.ts";
import { checkRecords } from "./checkRecords.ts";
import { decodedFolder, factsOf, loadRecords } from "./loadRecords.ts";
import { type RecordManifest, splitSizes } from "./recordManifest.ts";

/** The registry's entry of a data set of labelled planes. */
export function recordEntry(manifest: RecordManifest): DatasetEntry {
  const { forms, npm, name } = manifest;
  const [{ archive, folder }] = forms;
  const files = forms.map((form) => form.archive.file).join(" or ");
  return {
    facts: factsOf(manifest),
    kind: "labelled",
    splits: splitSizes(manifest),
    sources: [...archive.urls, ...(npm === undefined ? [] : [`npm:${npm.spec}`])],
    ...(archive.size !== undefined && { downloadBytes: archive.size }),
    placing: `place ${files} in the cache's downloads folder, or extract it and give its folder, such as ${folder}`,
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
