import { join } from "node:path";
import { cacheDirectory } from "@apr-kit/cache";
import { show, ValueError } from "@apr-kit/contracts";
import { splitSource } from "../imageSource.ts";
import { downloadsFolder, factsOf } from "../records/loadRecords.ts";
import { splitSizes } from "../records/recordManifest.ts";
import type { DatasetEntry, LoadOptions } from "../registry/datasetEntry.ts";
import { checkCifarC } from "./checkCifarC.ts";
import { type CifarCManifest, cifar10CManifest, cifar100CManifest } from "./cifarCManifest.ts";
import { fetchCifarC } from "./fetchCifarC.ts";
import { loadCifarC } from "./loadCifarC.ts";
import { regeneration } from "./regeneration.ts";

/** The registry's entry of a corrupted test set. */
export function cifarCEntry(manifest: CifarCManifest): DatasetEntry {
  const { name, title, base, homepage, archive, folder, md5 } = manifest;
  const { coarseClasses: _, ...baseFacts } = factsOf(base);
  const facts = {
    ...baseFacts,
    name,
    title,
    homepage,
    licence: "CC BY 4.0 (the corruptions); none stated for the images",
    citation:
      "Hendrycks & Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and Perturbations, ICLR 2019",
  };
  const place = (cache: string) => join(cache, "datasets", name);
  const get: DatasetEntry["get"] = async ({
    cache = cacheDirectory(),
    onProgress = () => {},
    onNotice = () => {},
  }) => {
    const reports = { onProgress, onNotice };
    await fetchCifarC(manifest, place(cache), downloadsFolder(cache), reports);
    return { name, place: place(cache), detail: `${Object.keys(md5).length} files` };
  };
  return {
    facts,
    kind: "corrupted",
    splits: { test: splitSizes(base).test },
    sources: archive.urls,
    downloadBytes: archive.size,
    placing: `place ${archive.file} in the cache's downloads folder, or extract it and give its folder ${folder}`,
    place,
    async load(options) {
      const cell = cellOf(name, options);
      const { directory } = options;
      const from = directory ?? (await get(options)).place;
      const split = await loadCifarC({ directory: from, ...cell });
      const made = await regeneration(from);
      const source = made === undefined ? from : `${made.label}, from ${from}`;
      return { ...facts, test: splitSource(split), source };
    },
    get,
    check: (options) => checkCifarC(manifest, place(options.cache ?? cacheDirectory()), options),
  };
}

function cellOf(name: string, { cell }: LoadOptions) {
  if (cell !== undefined) return cell;
  throw new ValueError("load", {
    expected: `cell, a corruption and a severity, for ${name}`,
    actual: show(cell),
  });
}

export const cifar10CEntry = cifarCEntry(cifar10CManifest);
export const cifar100CEntry = cifarCEntry(cifar100CManifest);
