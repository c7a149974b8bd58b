import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishFile } from "@apr-kit/cache";
import { type ImageDataset, type ImageSplit, splitValidation } from "@apr-kit/datasets";
import type { Measurement } from "@apr-kit/metrics";
import { collectLogits } from "../evaluation/collectLogits.ts";
import { closeRun } from "../runs/advanceRun.ts";
import { loadFinishedRun } from "../runs/loadFinishedRun.ts";
import { predictRun } from "../runs/predictRun.ts";
import type { Run } from "../runs/runFolder.ts";
import { loadDataset, type Session, type SessionOptions, startSession } from "../runs/session.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { holdOut } from "../training/holdOut.ts";
import { type CalibrationFigures, type CalibrationReport, calibrate } from "./calibrate.ts";
import { reliabilityChart } from "./reliabilityChart.ts";

export interface CalibrateRunOptions extends SessionOptions {
  readonly heldOut?: number;
  readonly bins: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** A report and which images it is of. */
export interface CalibrationRunReport extends CalibrationReport {
  /** Where the images that the temperature was fitted to are from. */
  readonly heldOutFrom: "validation" | "test";
  readonly heldOutImages: number;
  readonly images: number;
  /** Of the draw from the test set. */
  readonly seed: number;
  /** All of this in words. */
  readonly convention: string;
}

/** Measures and mends a run's calibration; its folder receives `calibration.json` and `calibration.svg`. */
export async function calibrateRun(directory: string, options: CalibrateRunOptions): Promise<void> {
  const session = await startSession(options);
  const run = await loadFinishedRun(directory);
  const dataset = await loadDataset(run.config.dataset, session);
  const report = await calibrateLoadedRun({ run, dataset, session }, options);
  closeRun(run);
  if (options.json) return printJson(report);
  printReport(report);
  printLine(`${join(directory, "calibration.json")}, ${join(directory, "calibration.svg")}`);
}

/**
 * {@link calibrateRun} on what is loaded already.
 *
 * Convention: the temperature is fitted to the run's validation images, which the network has not seen, and the figures
 * are of the whole test set. A run without them has seen every training image: then a part of the test set is drawn
 * for the fit, and the figures are of the rest of it. So with `heldOut` for any run.
 */
export async function calibrateLoadedRun(
  { run, dataset, session }: { run: Run; dataset: ImageDataset; session: Session },
  options: CalibrateRunOptions,
): Promise<CalibrationRunReport> {
  const { bins, seed } = options;
  const { from, fitted, others } = chooseSplits(run, dataset, options);
  const predict = predictRun(run, dataset);
  const { batchSize } = run.config.evaluation;
  let done = 0;
  const onImages = (count: number) => {
    done += count;
    session.bars.onProgress({
      task: "predicting",
      done,
      total: fitted.size + others.size,
      unit: "images",
    });
  };
  const rowsOf = async ({ images, labels }: ImageSplit) => ({
    logits: await collectLogits(predict, images, { batchSize, onImages }),
    labels,
  });
  const classes = dataset.classes.length;
  const figures = calibrate(await rowsOf(fitted), await rowsOf(others), { classes, bins });
  session.bars.stop();
  const report = {
    heldOutFrom: from,
    heldOutImages: fitted.size,
    images: others.size,
    seed,
    convention: `figures of ${others.size} test images; temperature fitted to ${fitted.size} ${WHERE_FROM[from]}`,
    ...figures,
  };
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  await publish(join(run.directory, "calibration.json"), json);
  await publish(join(run.directory, "calibration.svg"), await reliabilityChart(report));
  return report;
}

const WHERE_FROM = {
  validation: "validation images of the run, which it was not trained on",
  test: "other test images, as nothing else is new to the network; apr train --validation N holds images out for this",
};

/** What the temperature is fitted to, and what the figures are of. */
function chooseSplits(
  run: Run,
  dataset: ImageDataset,
  { heldOut, seed }: CalibrateRunOptions,
): {
  readonly from: CalibrationRunReport["heldOutFrom"];
  readonly fitted: ImageSplit;
  readonly others: ImageSplit;
} {
  const { test } = dataset;
  const { validation } = holdOut(run.config, dataset);
  if (validation !== undefined && heldOut === undefined) {
    return { from: "validation", fitted: validation, others: test };
  }
  const size = heldOut ?? Math.max(1, Math.floor(test.size / 5));
  const split = splitValidation(test, { size, seed });
  return { from: "test", fitted: split.validation, others: split.train };
}

function printReport(report: CalibrationRunReport): void {
  const { accuracy, temperature, before, after } = report;
  const row = (
    name: string,
    figure: (figures: CalibrationFigures) => Measurement,
    show: (value: number) => string,
  ) => [name, show(figure(before).value), show(figure(after).value)];
  const nats = (value: number) => value.toFixed(4);
  printTable(
    ["", "as trained", `at temperature ${temperature.temperature.toFixed(3)}`],
    [
      row("expected calibration error", ({ expected }) => expected, percent),
      row("adaptive calibration error", ({ adaptive }) => adaptive, percent),
      row("RMS calibration error", ({ rootMeanSquare }) => rootMeanSquare, percent),
      row("classwise calibration error", ({ classwise }) => classwise, percent),
      row("negative log-likelihood", (figures) => figures.negativeLogLikelihood, nats),
      row("Brier score", ({ brierScore }) => brierScore, nats),
    ],
    ["left", "right", "right"],
  );
  printLine(`accuracy ${percent(accuracy.value)}; ${report.convention}`);
  if (temperature.atBound !== "none") printLine(`warning: ${temperature.convention}`);
  printLine(`expected: ${after.expected.convention}`);
  printLine(`RMS: ${after.rootMeanSquare.convention}`);
}

function publish(path: string, text: string): Promise<void> {
  return publishFile(path, (temporary) => writeFile(temporary, text));
}
