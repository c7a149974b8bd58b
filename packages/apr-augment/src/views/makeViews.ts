import type { ByteImages, PixelBatch } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { isNative } from "../arguments.ts";
import type { OpDraw } from "../ops/opDraw.ts";
import { nativeSource, viewsNatively } from "./viewsNatively.ts";
import { viewsOnDevice } from "./viewsOnDevice.ts";
import { viewsOnHost } from "./viewsOnHost.ts";

/** One result: the image at `place`, after these operations in turn. */
export interface Recipe {
  readonly place: number;
  readonly ops: readonly OpDraw[];
}

/**
 * Makes one image for each recipe, where it is quickest.
 *
 * On TensorFlow without a GPU by the engine's own operation, from bytes or tensors; bytes elsewhere, and tensors
 * of cpu and wasm, which lie in ordinary memory, in JavaScript; tensors of other devices there.
 *
 * @param images RGB, [batch, height, width, 3]
 * @param groups of recipes, with draws that were checked
 * @returns for each group [recipes, height, width, 3]; the caller disposes them
 */
export function makeViews(
  images: PixelBatch | ByteImages,
  groups: readonly (readonly Recipe[])[],
): tf.Tensor4D[] {
  const [, height, width] = images.shape;
  const make = routeOf(images);
  return groups.map((recipes) =>
    recipes.length === 0 ? tf.zeros<tf.Rank.R4>([0, height, width, 3]) : make(recipes),
  );
}

type Route = (recipes: readonly Recipe[]) => tf.Tensor4D;

function routeOf(images: PixelBatch | ByteImages): Route {
  if (isNative()) {
    const source = nativeSource(images);
    return (recipes) => viewsNatively(source, recipes);
  }
  if (!isTensor(images)) return (recipes) => viewsOnHost(images.data, images.shape, recipes);
  if (["cpu", "wasm"].includes(tf.getBackend())) {
    const values = Float32Array.from(images.dataSync<"float32">()); // memory of wasm may move
    return (recipes) => viewsOnHost(values, images.shape, recipes);
  }
  return (recipes) => viewsOnDevice(images, recipes);
}

function isTensor(images: PixelBatch | ByteImages): images is ByteImages {
  return "dtype" in images;
}
