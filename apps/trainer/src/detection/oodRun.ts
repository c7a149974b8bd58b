import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishFile } from "@apr-kit/cache";
import { type ImageDataset, takeBatch } from "@apr-kit/datasets";
import type { OodPreset } from "@apr-kit/metrics";
import { asFeatureExtractor, asPredict } from "@apr-kit/models";
import { closeRun } from "../runs/advanceRun.ts";
import { loadFinishedRun } from "../runs/loadFinishedRun.ts";
import { predictRun } from "../runs/predictRun.ts";
import type { Run } from "../runs/runFolder.ts";
import { loadDataset, type Session, type SessionOptions, startSession } from "../runs/session.ts";
import { percent, printJson, printLine, printTable } from "../terminal/output.ts";
import { fixedPrecision } from "../training/fixedPrecision.ts";
import { holdOut } from "../training/holdOut.ts";
import { detectOod, type OodReport } from "./detectOod.ts";
import { foreignImages } from "./foreignImages.ts";
import { scoreChart } from "./scoreChart.ts";
import type { DetectionScore } from "./scoreImages.ts";

export interface OodRunOptions extends SessionOptions {
  readonly against: readonly string[];
  readonly score: readonly DetectionScore[];
  readonly convention: OodPreset;
  readonly images?: number;
  readonly foreignImages?: number;
  readonly referenceImages: number;
  readonly resamples: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** Tells a run's test set from foreign images; the run's folder receives `ood.json` and `ood.svg`. */
export async function oodRun(directory: string, options: OodRunOptions): Promise<void> {
  const session = await startSession(options);
  const run = await loadFinishedRun(directory);
  const dataset = await loadDataset(run.config.dataset, session);
  const report = await oodLoadedRun({ run, dataset, session }, options);
  closeRun(run);
  if (options.json) return printJson(report);
  printReport(report);
  printLine(`${join(directory, "ood.json")}, ${join(directory, "ood.svg")}`);
}

/** {@link oodRun} on what is loaded already. */
export async function oodLoadedRun(
  { run, dataset, session }: { run: Run; dataset: ImageDataset; session: Session },
  options: OodRunOptions,
): Promise<OodReport> {
  const { against, score, convention, referenceImages, resamples, seed } = options;
  const known = firstImages(dataset, options.images ?? dataset.test.size);
  const size = options.foreignImages ?? Math.max(1, Math.floor(known.test.size / 5));
  const foreign = [];
  for (const source of against) {
    foreign.push(await foreignImages(source, { size, shape: dataset.shape, seed }, session.bars));
  }
  const { parameters } = run.checkpoint.state;
  const precision = fixedPrecision(run.config.training);
  const network = {
    predict: predictRun(run, dataset),
    differentiable: asPredict(run.model, parameters, dataset.normalisation),
    features: asFeatureExtractor(run.model, parameters, dataset.normalisation, { precision }),
  };
  const { report, scored } = await detectOod(network, {
    dataset: { ...known, train: holdOut(run.config, dataset).train },
    foreign,
    scores: score,
    convention,
    referenceImages,
    batchSize: run.config.evaluation.batchSize,
    resamples,
    seed,
    onProgress: session.bars.onProgress,
  });
  session.bars.stop();
  await publish(join(run.directory, "ood.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  await publish(join(run.directory, "ood.svg"), await scoreChart(scored));
  return report;
}

function firstImages(dataset: ImageDataset, images: number): ImageDataset {
  const size = Math.min(images, dataset.test.size);
  if (size === dataset.test.size) return dataset;
  const indices = Int32Array.from({ length: size }, (_, index) => index);
  return { ...dataset, test: { ...takeBatch(dataset.test, indices), size } };
}

function printReport({ inDistribution, accuracy, sets, scores, detections }: OodReport): void {
  printTable(
    ["foreign", "score", "AUROC", "95 % interval", "AUPR in", "AUPR out", "FPR95", "DTACC", "OSCR"],
    detections.map((one) => [
      one.set,
      one.score,
      percent(one.auroc),
      `${percent(one.intervals.auroc.lower)} to ${percent(one.intervals.auroc.upper)}`,
      percent(one.auprIn),
      percent(one.auprOut),
      percent(one.fpr),
      percent(one.detectionAccuracy),
      percent(one.oscr.value),
    ]),
    ["left", "left", ...Array.from({ length: 7 }, () => "right" as const)],
  );
  printLine(`in-distribution: ${inDistribution}, accuracy ${percent(accuracy.value)}`);
  for (const { name, description } of sets) printLine(`${name}: ${description}`);
  for (const { name, convention } of scores) printLine(`${name}: ${convention}`);
  const [first] = detections;
  if (first === undefined) return;
  printLine(first.convention);
  printLine(first.intervals.auroc.convention);
}

function publish(path: string, text: string): Promise<void> {
  return publishFile(path, (temporary) => writeFile(temporary, text));
}
