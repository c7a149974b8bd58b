import { asUnitImages, type PixelBatch, type Predict } from "@apr-kit/contracts";
import { type ImageSource, shuffledOrder, streamBatches } from "@apr-kit/datasets";
import { errorRateMetric, type Rate } from "@apr-kit/metrics";
import * as tf from "@tensorflow/tfjs-core";

export interface CountOptions {
  readonly numClasses: number;
  /** The model's class of each label; undefined: labels are the model's. */
  readonly indices?: readonly number[];
  /** Score only the classes that occur, as ImageNet-R and -A want. */
  readonly onlyPresent: boolean;
  readonly batchSize: number;
  /** A seeded choice of so many images; all where there are no more. */
  readonly images?: number;
  readonly seed: number;
  readonly onImages: (count: number) => void;
}

/**
 * Counts the images of a source that a classifier gets wrong; the next ones are read and decoded meanwhile.
 *
 * Randomness: which images, by `seed`: the same ones of every source of the same size.
 */
export async function countErrors(
  predict: Predict,
  source: ImageSource,
  { numClasses, indices, onlyPresent, batchSize, images, seed, onImages }: CountOptions,
): Promise<Rate> {
  const indexOf = (label: number) => (indices === undefined ? label : (indices[label] as number));
  const present = onlyPresent ? new Set(Array.from(source.labels, indexOf)) : undefined;
  const columns = present && [...present].sort(ascending);
  const classes = columns?.length ?? numClasses;
  const positions = new Map(columns?.map((column, position) => [column, position]));
  const classOf = (label: number) =>
    columns === undefined ? indexOf(label) : (positions.get(indexOf(label)) as number);
  const metric = errorRateMetric({ classes });
  let state = metric.init();
  const order =
    images === undefined || images >= source.size ? undefined : chosen(source.size, images, seed);
  const stream = streamBatches(source, { batchSize, ...(order !== undefined && { order }) });
  for await (const batch of stream) {
    const logits = await logitsOf(predict, batch.images);
    const kept = columns === undefined ? logits : gathered(logits, numClasses, columns);
    state = metric.update(state, { logits: kept, labels: Array.from(batch.labels, classOf) });
    onImages(batch.labels.length);
  }
  return metric.compute(state);
}

/** In the order of the source, so that reading goes forward. */
function chosen(size: number, images: number, seed: number): Int32Array {
  return shuffledOrder(size, { seed, epoch: 0 }).slice(0, images).sort();
}

async function logitsOf(predict: Predict, { data, shape }: PixelBatch): Promise<Float32Array> {
  const logits = tf.tidy(() => {
    const bytes = tf.tensor4d(Float32Array.from(data), [...shape]);
    return predict(asUnitImages(tf.div(bytes, 255)));
  });
  const values = await logits.data();
  logits.dispose();
  return values as Float32Array;
}

/** The chosen columns of [batch, classes]. */
function gathered(logits: Float32Array, classes: number, columns: readonly number[]): Float32Array {
  const rows = logits.length / classes;
  const out = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    for (const [position, column] of columns.entries()) {
      out[row * columns.length + position] = logits[row * classes + column] as number;
    }
  }
  return out;
}

function ascending(a: number, b: number): number {
  return a - b;
}
