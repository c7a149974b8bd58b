import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishFile } from "@apr-kit/cache";
import { type ImageDataset, splitValidation } from "@apr-kit/datasets";
import type { Measurement } from "@apr-kit/metrics";
import { collectLogits } from "../evaluation/collectLogits.ts";
import { closeRun } from "../runs/advanceRun.ts";
import { loadFinishedRun } from "../runs/loadFinishedRun.ts";
import { predictRun } from "../runs/predictRun.ts";
import type { Run } from "../runs/runFolder.ts";
import { loadDataset, type Session, type SessionOptions, startSession } from "../runs/session.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
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
  readonly heldOutImages: number;
  readonly images: number;
  readonly seed: number;
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
 * Convention: the network has seen every training image, so the temperature is fitted to a part of the test set,
 * and the figures are of the rest of it.
 */
export async function calibrateLoadedRun(
  { run, dataset, session }: { run: Run; dataset: ImageDataset; session: Session },
  { heldOut, bins, seed }: CalibrateRunOptions,
): Promise<CalibrationRunReport> {
  const { test } = dataset;
  const size = heldOut ?? Math.max(1, Math.floor(test.size / 5));
  const { train: others, validation } = splitValidation(test, { size, seed });
  const predict = predictRun(run, dataset);
  const { batchSize } = run.config.evaluation;
  let done = 0;
  const onImages = (count: number) => {
    done += count;
    session.bars.onProgress({ task: "predicting", done, total: test.size, unit: "images" });
  };
  const rowsOf = async ({ images, labels }: typeof test) => ({
    logits: await collectLogits(predict, images, { batchSize, onImages }),
    labels,
  });
  const classes = dataset.classes.length;
  const figures = calibrate(await rowsOf(validation), await rowsOf(others), { classes, bins });
  session.bars.stop();
  const report = { heldOutImages: size, images: others.size, seed, ...figures };
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  await publish(join(run.directory, "calibration.json"), json);
  await publish(join(run.directory, "calibration.svg"), await reliabilityChart(report));
  return report;
}

function printReport(report: CalibrationRunReport): void {
  const { accuracy, temperature, before, after, heldOutImages, images } = report;
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
  printLine(
    `figures of ${images} test images, accuracy ${percent(accuracy.value)}; temperature fitted to ${heldOutImages} others`,
  );
  if (temperature.atBound !== "none") printLine(`warning: ${temperature.convention}`);
  printLine(`expected: ${after.expected.convention}`);
  printLine(`RMS: ${after.rootMeanSquare.convention}`);
}

function publish(path: string, text: string): Promise<void> {
  return publishFile(path, (temporary) => writeFile(temporary, text));
}
