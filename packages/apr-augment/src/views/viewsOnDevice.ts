import * as tf from "@tensorflow/tfjs-core";
import { affineMatrix } from "../ops/affineMatrix.ts";
import type { OpDraw, TableDraw, WarpDraw } from "../ops/opDraw.ts";
import { OP_NAMES } from "../ops/opDraw.ts";
import { takeRows } from "../takeRows.ts";
import { deviceTables } from "./deviceTables.ts";
import type { Recipe } from "./makeViews.ts";
import { viewsOnHost } from "./viewsOnHost.ts";
import { warpSources } from "./warpSources.ts";

/**
 * With operations that every device has: for each turn one table gather and one warp for all images together.
 *
 * Convention: within one level of {@link viewsOnHost}, and mostly equal: float32 has to decide where float64
 * lies at a rounding boundary. The overlapping operations are done on the host.
 */
export function viewsOnDevice(images: tf.Tensor4D, recipes: readonly Recipe[]): tf.Tensor4D {
  const isKnown = ({ op }: OpDraw) => (OP_NAMES as readonly string[]).includes(op);
  if (!recipes.every(({ ops }) => ops.every(isKnown))) {
    return viewsOnHost(images.dataSync<"float32">(), images.shape, recipes);
  }
  return tf.tidy(() => {
    const turns = Math.max(0, ...recipes.map(({ ops }) => ops.length));
    let now = takeRows(
      images,
      recipes.map(({ place }) => place),
    );
    for (let turn = 0; turn < turns; turn++) {
      now = applyTurn(
        now,
        recipes.map(({ ops }) => ops[turn]),
      );
    }
    return now;
  });
}

/** Each image's own operation; none where undefined. */
function applyTurn(images: tf.Tensor4D, draws: readonly (OpDraw | undefined)[]): tf.Tensor4D {
  const rows = [...draws.keys()];
  const isWarp = (draw: OpDraw | undefined) => draw !== undefined && isWarpDraw(draw);
  const warped = rows.filter((row) => isWarp(draws[row]));
  const mapped = rows.filter((row) => draws[row] !== undefined && !isWarp(draws[row]));
  const kept = rows.filter((row) => draws[row] === undefined);
  const drawsOf = (places: number[]) => places.map((row) => draws[row] as OpDraw);
  const parts: tf.Tensor4D[] = [];
  if (kept.length > 0) parts.push(takeRows(images, kept));
  if (mapped.length > 0) {
    parts.push(mapLevels(takeRows(images, mapped), drawsOf(mapped) as TableDraw[]));
  }
  if (warped.length > 0) {
    parts.push(warp(takeRows(images, warped), drawsOf(warped) as WarpDraw[]));
  }
  const order = new Int32Array(rows.length);
  [...kept, ...mapped, ...warped].forEach((row, index) => {
    order[row] = index;
  });
  return takeRows(tf.concat(parts, 0), [...order]);
}

function isWarpDraw({ op }: OpDraw): boolean {
  return ["rotate", "shearX", "shearY", "translateX", "translateY"].includes(op);
}

/** out = table[256 · (3 · image + channel) + in], one gather for all. */
function mapLevels(images: tf.Tensor4D, draws: readonly TableDraw[]): tf.Tensor4D {
  const [batch, height, width] = images.shape;
  const tables = tf.reshape(deviceTables(images, draws), [-1]);
  const starts = tf.reshape(tf.mul(tf.range(0, 3 * batch), 256), [batch, 1, 3]);
  const levels = tf.reshape(images, [batch, height * width, 3]);
  const places = tf.cast(tf.add(levels, starts), "int32");
  return tf.reshape(tf.gather(tables, tf.reshape(places, [-1])), images.shape) as tf.Tensor4D;
}

/** Where pixels come from is worked out on the host in float64; pixels stay on the device. */
function warp(images: tf.Tensor4D, draws: readonly WarpDraw[]): tf.Tensor4D {
  const [batch, height, width] = images.shape;
  const size = { height, width };
  const matrices = draws.map((draw) => affineMatrix(draw, size));
  const { places, right, down, inside } = warpSources(matrices, size);
  const count = places.length;
  const pixels = tf.reshape(images, [batch * height * width, 3]);
  const column = (values: Float32Array) => tf.tensor2d(values, [count, 1]);
  const [dx, dy] = [column(right), column(down)];
  const topLeft = tf.tensor1d(places);
  const step = (weight: tf.Tensor, distance: number) =>
    tf.cast(tf.mul(tf.cast(tf.greater(tf.reshape(weight, [-1]), 0), "int32"), distance), "int32");
  const bottomLeft = tf.add(topLeft, step(dy, width));
  const at = (indices: tf.Tensor) => tf.gather(pixels, indices as tf.Tensor1D);
  const between = (a: tf.Tensor, b: tf.Tensor, weight: tf.Tensor) =>
    tf.add(a, tf.mul(tf.sub(b, a), weight));
  const upper = between(at(topLeft), at(tf.add(topLeft, step(dx, 1))), dx);
  const lower = between(at(bottomLeft), at(tf.add(bottomLeft, step(dx, 1))), dx);
  const values = tf.floor(between(upper, lower, dy));
  return tf.reshape(tf.mul(values, column(inside)), images.shape) as tf.Tensor4D;
}
