import * as tf from "@tensorflow/tfjs-core";
import { lookupTable } from "../ops/lookupTable.ts";
import type { TableDraw } from "../ops/opDraw.ts";

const LEVELS = 256;

/**
 * The tables of lookupTable for images on a device, which are not read.
 *
 * @param draws one for each image; contrast is not among them
 * @returns [3 · batch, 256], a row for each channel of each image
 */
export function deviceTables(images: tf.Tensor4D, draws: readonly TableDraw[]): tf.Tensor2D {
  const batch = draws.length;
  const isOf = (op: TableDraw["op"]) => draws.some((draw) => draw.op === op);
  const fixed = draws.map((draw) =>
    draw.op === "autocontrast" || draw.op === "equalize" || draw.op === "contrast"
      ? new Uint8Array(3 * LEVELS)
      : lookupTable(new Uint8Array(0), draw),
  );
  let tables = tf.tensor2d(Float32Array.from(fixed.flatMap((table) => [...table])), [
    3 * batch,
    LEVELS,
  ]);
  if (!isOf("autocontrast") && !isOf("equalize")) return tables;
  const counts = levelCounts(images);
  const rowsOf = (op: TableDraw["op"]) =>
    tf.tensor2d(
      draws.flatMap((draw) => Array<number>(3).fill(draw.op === op ? 1 : 0)),
      [3 * batch, 1],
    );
  if (isOf("autocontrast"))
    tables = tf.add(tables, tf.mul(rowsOf("autocontrast"), stretch(counts)));
  if (isOf("equalize")) tables = tf.add(tables, tf.mul(rowsOf("equalize"), flatten(counts)));
  return tables;
}

/** How often each byte occurs in each channel, [3 · batch, 256]. */
function levelCounts(images: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width] = images.shape;
  const channels = tf.transpose(tf.reshape(images, [batch, height * width, 3]), [0, 2, 1]);
  const levels = tf.reshape(channels, [3 * batch, height * width]) as tf.Tensor2D;
  const counts = tf.getBackend() === "tensorflow" ? countBySegments(levels) : countByBins(levels);
  return tf.cast(counts, "float32");
}

/** tfjs registers no counting of bins for TensorFlow. */
function countBySegments(levels: tf.Tensor2D): tf.Tensor2D {
  const [rows] = levels.shape;
  const starts = tf.reshape(tf.mul(tf.range(0, rows), LEVELS), [rows, 1]);
  const places = tf.cast(tf.reshape(tf.add(levels, starts), [-1]), "int32") as tf.Tensor1D;
  const counts = tf.unsortedSegmentSum(tf.onesLike(places), places, rows * LEVELS);
  return tf.reshape(counts, [rows, LEVELS]);
}

function countByBins(levels: tf.Tensor2D): tf.Tensor2D {
  const whole = tf.cast(levels, "int32");
  const weights = tf.zeros<tf.Rank.R2>([0, 0]); // none: each counts once
  return tf.denseBincount(whole, weights, LEVELS) as tf.Tensor2D;
}

/** Index of the highest level that occurs, [3 · batch, 1]. */
function highestOf(counts: tf.Tensor2D): tf.Tensor {
  const levels = tf.range(0, LEVELS);
  return tf.max(tf.mul(tf.cast(tf.greater(counts, 0), "float32"), levels), 1, true);
}

function stretch(counts: tf.Tensor2D): tf.Tensor {
  const levels = tf.range(0, LEVELS);
  const highest = highestOf(counts);
  const absent = tf.mul(tf.cast(tf.equal(counts, 0), "float32"), LEVELS);
  const lowest = tf.min(tf.add(absent, levels), 1, true);
  const span = tf.sub(highest, lowest);
  // A half of the smallest step keeps quotients that are whole numbers on the right side.
  const values = tf.div(tf.add(tf.mul(tf.sub(levels, lowest), 255), 0.25), tf.maximum(span, 1));
  const stretched = tf.clipByValue(tf.floor(values), 0, 255);
  return tf.where(
    tf.equal(tf.add(span, tf.zerosLike(stretched)), 0),
    tf.add(levels, tf.zerosLike(stretched)),
    stretched,
  );
}

function flatten(counts: tf.Tensor2D): tf.Tensor {
  const levels = tf.range(0, LEVELS);
  const isHighest = tf.cast(
    tf.equal(tf.add(tf.zerosLike(counts), levels), highestOf(counts)),
    "float32",
  );
  const last = tf.sum(tf.mul(counts, isHighest), 1, true);
  const pixels = tf.sum(counts, 1, true);
  const quotient = (a: tf.Tensor, b: tf.Tensor | number) => tf.floor(tf.div(tf.add(a, 0.5), b));
  const step = quotient(tf.sub(pixels, last), 255);
  const below = tf.add(quotient(step, 2), tf.cumsum(counts, 1, true));
  const flat = tf.minimum(quotient(below, tf.maximum(step, 1)), 255);
  const same = tf.add(levels, tf.zerosLike(flat));
  return tf.where(tf.equal(tf.add(step, tf.zerosLike(flat)), 0), same, flat);
}
