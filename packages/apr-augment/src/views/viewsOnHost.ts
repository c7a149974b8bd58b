import * as tf from "@tensorflow/tfjs-core";
import { writeOp } from "../ops/applyOps.ts";
import type { Recipe } from "./makeViews.ts";

/** Image by image in JavaScript, then one upload. `values` are bytes, of whatever array type. */
export function viewsOnHost(
  values: Uint8Array | Float32Array,
  [, height, width]: readonly [number, number, number, number],
  recipes: readonly Recipe[],
): tf.Tensor4D {
  const size = height * width * 3;
  const upload = new Float32Array(recipes.length * size);
  let now = new Uint8Array(size);
  let next = new Uint8Array(size);
  recipes.forEach(({ place, ops }, row) => {
    now.set(values.subarray(place * size, (place + 1) * size));
    for (const op of ops) {
      writeOp(now, next, { height, width }, op);
      [now, next] = [next, now];
    }
    upload.set(now, row * size);
  });
  return tf.tensor4d(upload, [recipes.length, height, width, 3]);
}
