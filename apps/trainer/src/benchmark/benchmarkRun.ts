import { writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { publishFile } from "@apr-kit/cache";
import { type SessionOptions, startSession } from "../runs/session.ts";
import { CliError } from "../terminal/cliError.ts";
import { printJson, printLine } from "../terminal/output.ts";
import { benchmarkChart } from "./benchmarkChart.ts";
import { type BenchmarkedModelOptions, openBenchmarkedModel } from "./benchmarkedModel.ts";
import { openBenchmarkSet } from "./benchmarkSet.ts";
import { corruptionOrder } from "./corruptionOrder.ts";
import { type MeasureOptions, measureBenchmark } from "./measureBenchmark.ts";
import { readClassNames } from "./modelClasses.ts";
import { type BenchmarkReport, printBenchmark } from "./printBenchmark.ts";
import { type StoredResults, storeResults } from "./resultsFile.ts";
import { summariseCells } from "./summariseCells.ts";

export interface BenchmarkOptions
  extends SessionOptions,
    BenchmarkedModelOptions,
    Omit<MeasureOptions, "file" | "classNames"> {
  /** A file of the model's class names, by index. */
  readonly classesFile?: string;
  /** Default runs/benchmark/<model>-<set>. */
  readonly out?: string;
  readonly json?: boolean;
}

/**
 * Measures a classifier on a corrupted test set, a clean one, or both, into `results.json` and `errors.svg`.
 *
 * @param file weights, or a run's folder
 * @param set  a corrupted set; undefined: the clean one only
 *
 * @throws {CliError} if nothing is to be measured, or what is stored is of other settings
 */
export async function benchmarkRun(
  file: string,
  set: string | undefined,
  options: BenchmarkOptions,
): Promise<void> {
  const subject = set ?? options.clean;
  if (subject === undefined) {
    throw new CliError("NOTHING", "give a corrupted set, or --clean and a set, or both");
  }
  const { classesFile, out = defaultFolder(file, subject), json } = options;
  const session = await startSession(options);
  const { bars } = session;
  try {
    const model = await openBenchmarkedModel(file, options);
    for (const notice of model.notices) bars.say(notice);
    const opened = set === undefined ? undefined : await openBenchmarkSet(set, options.preprocess);
    const results = await measureBenchmark(
      model,
      opened,
      {
        ...options,
        file: join(out, "results.json"),
        ...(classesFile !== undefined && { classNames: await readClassNames(classesFile) }),
      },
      bars,
    );
    const report = reportOf(results, session.engine.engine);
    await storeResults(join(out, "results.json"), report);
    const title = `${nameOf(file)} on ${nameOf(subject)}`;
    if (results.cells.length > 0) await publishChart(join(out, "errors.svg"), title, report);
    bars.stop();
    if (json) return printJson(report);
    printBenchmark(report);
    printLine(results.cells.length > 0 ? `${out}/results.json, errors.svg` : `${out}/results.json`);
  } finally {
    bars.stop();
  }
}

function reportOf(results: StoredResults, engine: string): BenchmarkReport {
  const { cells, clean, isImageNet } = results;
  const cleanError = clean === undefined ? {} : { cleanError: clean.value };
  return { ...results, ...summariseCells(cells, { ...cleanError, isImageNet }), engine };
}

async function publishChart(
  path: string,
  title: string,
  { cells }: BenchmarkReport,
): Promise<void> {
  const order = corruptionOrder(cells.map(({ corruption }) => corruption));
  const svg = await benchmarkChart(cells, { title, order });
  await publishFile(path, (temporary) => writeFile(temporary, svg));
}

function defaultFolder(file: string, set: string): string {
  return join("runs", "benchmark", `${nameOf(file)}-${nameOf(set)}`);
}

/** "resnet50" of "weights/resnet50.pth". */
function nameOf(path: string): string {
  return basename(resolve(path)).replace(/\.(pth|pt|tar|ckpt|bin|safetensors)$/i, "");
}
