import { resolve } from "node:path";
import type { Bars } from "../terminal/bars.ts";
import type { BenchmarkedModel } from "./benchmarkedModel.ts";
import {
  type BenchmarkImages,
  type BenchmarkSet,
  openCleanSet,
  type Preprocessing,
} from "./benchmarkSet.ts";
import { type CellChoice, chosenCells } from "./corruptionOrder.ts";
import { countErrors } from "./countErrors.ts";
import { modelClasses } from "./modelClasses.ts";
import { type MeasuredPart, openResults, type StoredResults, storeResults } from "./resultsFile.ts";

export interface MeasureOptions extends CellChoice {
  readonly clean?: string;
  readonly cleanLabels?: string;
  readonly preprocess: Preprocessing;
  readonly cleanPreprocess: Preprocessing;
  readonly images?: number;
  /** Names of the model's classes, by index. */
  readonly classNames?: readonly string[];
  readonly onlyPresent: boolean;
  readonly batch: number;
  readonly seed: number;
  readonly fresh: boolean;
  /** Where the results are stored. */
  readonly file: string;
}

/** The clean set or one cell: what is still to be measured. */
interface Part {
  readonly note: string;
  readonly load: () => Promise<BenchmarkImages>;
  readonly add: (results: StoredResults, measured: MeasuredPart) => StoredResults;
}

/**
 * Measures what is not stored yet, part by part, and stores each at once.
 *
 * @param set the corrupted set; undefined: only the clean one
 * @returns all that is stored, of earlier runs of the same settings too
 *
 * @throws {CliError} if the stored results are of other settings, or the classes of a folder are unclear
 */
export async function measureBenchmark(
  model: BenchmarkedModel,
  set: BenchmarkSet | undefined,
  options: MeasureOptions,
  bars: Bars,
): Promise<StoredResults> {
  let results = await openResults(options.file, settingsOf(model, set, options), options);
  const wanted = [
    ...(options.clean === undefined ? [] : [cleanPart(options.clean, options, bars)]),
    ...(set === undefined ? [] : chosenCells(set, options).map((cell) => cellPart(set, cell))),
  ];
  const stored = new Set(
    results.cells.map(({ corruption, severity }) => `${corruption} ${severity}`),
  );
  if (results.clean !== undefined) stored.add(CLEAN);
  const parts = wanted.filter(({ note }) => !stored.has(note));
  if (parts.length < wanted.length) {
    bars.say(`${wanted.length - parts.length} of ${wanted.length} parts are stored already`);
  }
  for (const [index, part] of parts.entries()) {
    results = await measurePart(part, {
      results,
      model,
      options,
      bars,
      index,
      parts: parts.length,
    });
    await storeResults(options.file, results);
  }
  return results;
}

const CLEAN = "clean";

function cleanPart(
  clean: string,
  { cleanPreprocess, cleanLabels }: MeasureOptions,
  { onProgress, say }: Bars,
): Part {
  return {
    note: CLEAN,
    load: () =>
      openCleanSet(clean, {
        preprocess: cleanPreprocess,
        ...(cleanLabels !== undefined && { labelsFile: cleanLabels }),
        onProgress,
        onNotice: say,
      }),
    add: (results, measured) => ({ ...results, clean: measured }),
  };
}

function cellPart(set: BenchmarkSet, cell: ReturnType<typeof chosenCells>[number]): Part {
  return {
    note: `${cell.corruption} ${cell.severity}`,
    load: () => set.load(cell),
    add: (results, measured) => ({
      ...results,
      cells: [...results.cells, { ...cell, ...measured }],
    }),
  };
}

interface PartContext {
  readonly results: StoredResults;
  readonly model: BenchmarkedModel;
  readonly options: MeasureOptions;
  readonly bars: Bars;
  readonly index: number;
  readonly parts: number;
}

async function measurePart(
  { note, load, add }: Part,
  { results, model, options, bars, index, parts }: PartContext,
): Promise<StoredResults> {
  const { source, classes, preprocessing } = await load();
  const { numClasses } = model.model.config;
  const found =
    classes === undefined
      ? { convention: "labels are indices of the model's classes", isImageNet: false }
      : modelClasses(classes, {
          numClasses,
          ...(options.classNames !== undefined && { given: options.classNames }),
          ...(model.classNames !== undefined && { stated: model.classNames }),
        });
  const perPart = Math.min(options.images ?? source.size, source.size);
  let done = index * perPart;
  const startedMs = performance.now();
  const { value, hits, count, convention } = await countErrors(model.predict, source, {
    numClasses,
    ...("indices" in found && { indices: found.indices }),
    onlyPresent: options.onlyPresent,
    batchSize: options.batch,
    ...(options.images !== undefined && { images: options.images }),
    seed: options.seed,
    onImages(images) {
      done += images;
      const total = parts * perPart; // as if all parts were of this size: of corrupted sets they are
      bars.onProgress({ task: "benchmark", done, total, unit: "images", note });
    },
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const how = [
    `${note === CLEAN ? "clean" : "corrupted"} images: ${preprocessing}`,
    found.convention,
    convention,
  ];
  return {
    ...add(results, { value, hits, count, seconds }),
    isImageNet: found.isImageNet && !options.onlyPresent,
    conventions: [...new Set([...results.conventions, ...how])],
  };
}

/** All that decides the figures. */
function settingsOf(
  { sha256, model, normalization }: BenchmarkedModel,
  set: BenchmarkSet | undefined,
  { clean, classNames, preprocess, cleanPreprocess, images, onlyPresent, seed }: MeasureOptions,
): object {
  return {
    model: sha256,
    architecture: model.name,
    classes: classNames ?? model.config.numClasses,
    normalization,
    set: set === undefined ? null : resolve(set.place),
    clean: clean ?? null,
    preprocess,
    cleanPreprocess,
    images: images ?? "all",
    seed,
    onlyPresent,
  };
}
