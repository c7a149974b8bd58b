import type { UnitImages } from "@apr-kit/contracts";
import { fourierHeatmap } from "@apr-kit/fourier-heatmap";
import { asPredict, createModel, initialParameters } from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure } from "./measure.ts";

const BATCH = 32;
const CELLS = 481; // distinct frequencies of a 31 × 31 map

/** A 31 × 31 heat map of fastnet over 32 images, against 481 evaluations of the same images. */
export async function heatmapBench(): Promise<BenchResults> {
  const images = syntheticImages(BATCH, 32);
  const labels = Uint8Array.from({ length: BATCH }, (_, index) => index % 10);
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
  const plain = "481 plain evaluations";
  const timings = await measure(
    {
      async [plain]() {
        for (let cell = 0; cell < CELLS; cell++) await evaluatePlainly();
      },
      "heat map 31×31": () => fourierHeatmap(predict, { images, labels }, { batchSize: BATCH }),
    },
    { runs: 7, warmup: 1 },
  );
  const reference = timings[plain]!.medianMs;
  return Object.fromEntries(
    Object.entries(timings).map(([name, timing]) => [
      name,
      { ...timing, ratio: timing.medianMs / reference },
    ]),
  );
}
