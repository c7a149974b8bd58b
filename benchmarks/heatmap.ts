import type { UnitImages } from "@apr-kit/contracts";
import { fourierHeatmap } from "@apr-kit/fourier-heatmap";
import { asPredict, createModel, initialParameters } from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { summarise } from "./measure.ts";

const IMAGES = 64;
const CELLS = 481; // distinct frequencies of a 31 × 31 map
const CLEAN = 1.5; // evaluations of the unchanged images that a map begins with

/**
 * A 31 × 31 heat map of fastnet over 64 images, cell by cell, against plain evaluations of the images.
 *
 * One plain evaluation follows each cell, so a drifting machine is unfair to none; the ratio is that of a
 * whole map to 481 plain evaluations.
 */
export async function heatmapBench(): Promise<BenchResults> {
  const images = syntheticImages(IMAGES, 32);
  const labels = Uint8Array.from({ length: IMAGES }, (_, index) => index % 10);
  const model = createModel("fastnet");
  const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const predict = asPredict(model, initialParameters(model, { seed: 1 }), statistics);
  async function evaluatePlainly(): Promise<number> {
    const pixels = tf.tensor4d(new Float32Array(images.data), [...images.shape]);
    const unit = tf.div(pixels, 255) as UnitImages;
    const logits = predict(unit);
    const classes = tf.argMax(logits, 1);
    const answers = Array.from(await classes.data());
    tf.dispose([pixels, unit, logits, classes]);
    return answers.reduce((errors, answer, index) => errors + Number(answer !== labels[index]), 0);
  }
  const plain: Moment[] = [];
  const cells: Moment[] = [];
  for (let warmup = 0; warmup < 5; warmup++) await evaluatePlainly();
  let start: Moment | undefined; // the first cell warms up
  await fourierHeatmap(
    predict,
    { images, labels },
    {
      batchSize: IMAGES,
      async onCell() {
        const cellEnd = now();
        await evaluatePlainly();
        const end = now();
        if (start !== undefined) {
          cells.push(between(start, cellEnd));
          plain.push(between(cellEnd, end));
        }
        start = end;
      },
    },
  );
  const [one, other] = [summariseMoments(plain), summariseMoments(cells)];
  return {
    "plain evaluation": { ...one, ratio: 1 },
    "heat map, a cell": { ...other, ratio: other.medianMs / one.medianMs + CLEAN / CELLS },
    "heat map, a cell, by processor time": {
      ...other,
      ratio: other.cpuMs / one.cpuMs + CLEAN / CELLS,
    },
  };
}

/** Elapsed and processor time, since whatever moment. */
interface Moment {
  readonly ms: number;
  readonly cpuMs: number;
}

function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { ms: performance.now(), cpuMs: (user + system) / 1000 };
}

function between(start: Moment, end: Moment): Moment {
  return { ms: end.ms - start.ms, cpuMs: end.cpuMs - start.cpuMs };
}

function summariseMoments(moments: readonly Moment[]) {
  const cpu = summarise(moments.map(({ cpuMs }) => cpuMs));
  return { ...summarise(moments.map(({ ms }) => ms)), cpuMs: cpu.medianMs };
}
