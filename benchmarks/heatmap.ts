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
  const plainMs: number[] = [];
  const cellMs: number[] = [];
  for (let warmup = 0; warmup < 5; warmup++) await evaluatePlainly();
  let startMs = Number.NaN; // the first cell warms up
  await fourierHeatmap(
    predict,
    { images, labels },
    {
      batchSize: IMAGES,
      async onCell() {
        const cellEndMs = performance.now();
        await evaluatePlainly();
        const endMs = performance.now();
        if (startMs > 0) {
          cellMs.push(cellEndMs - startMs);
          plainMs.push(endMs - cellEndMs);
        }
        startMs = endMs;
      },
    },
  );
  const plain = summarise(plainMs);
  const cell = summarise(cellMs);
  const ratio = cell.medianMs / plain.medianMs + CLEAN / CELLS;
  return { "plain evaluation": { ...plain, ratio: 1 }, "heat map, a cell": { ...cell, ratio } };
}
