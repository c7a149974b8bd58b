import {
  assertImages,
  assertPixelBatch,
  type ByteImages,
  type PixelBatch,
  ShapeError,
  show,
  ValueError,
} from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";

/** Names the random streams of a batch: equal keys give equal draws, whatever else is in the batch. */
export interface BatchKey {
  /** Any integer in [0, 2^53). */
  readonly seed: number;
  /** Integer in [0, 2^32). */
  readonly epoch: number;
  /** For each image its index in the data set, integers in [0, 2^32). */
  readonly samples: ArrayLike<number>;
}

export function assertBatchKey(where: string, key: BatchKey, batch: number): void {
  assertIndex(where, "seed", key.seed, 2 ** 53);
  assertIndex(where, "epoch", key.epoch, 2 ** 32);
  assertLength(where, "samples", key.samples, batch);
  for (let i = 0; i < batch; i++) {
    assertIndex(where, `samples[${i}]`, key.samples[i] as number, 2 ** 32);
  }
}

export function assertLength(
  where: string,
  name: string,
  list: { readonly length: number },
  batch: number,
): void {
  if (list.length === batch) return;
  throw new ShapeError(where, {
    expected: `${name} of length ${batch}, one for each image`,
    actual: `length ${list.length}`,
  });
}

export function assertRgb(where: string, shape: readonly number[]): void {
  if (shape[3] === 3 && shape.every((side) => side >= 1)) return;
  throw new ShapeError(where, {
    expected: "RGB images of shape [batch ≥ 1, height ≥ 1, width ≥ 1, 3]",
    actual: `[${shape.join(", ")}]`,
  });
}

/** Of bytes in ordinary memory or on the device. */
export function assertRgbBytes(where: string, images: PixelBatch | ByteImages): void {
  if ("dtype" in images) assertImages(where, images);
  else assertPixelBatch(where, images);
  assertRgb(where, images.shape);
  if ("dtype" in images && isInOrdinaryMemory()) assertBytes(where, images);
}

function assertBytes(where: string, images: ByteImages): void {
  const isByte = tf.tidy(() => {
    const [least, most] = [tf.min(images), tf.max(images)].map((x) => x.dataSync()[0] as number);
    return (least as number) >= 0 && (most as number) <= 255;
  });
  assertFinite(where, images);
  if (!isByte) throw new ValueError(where, { expected: "values in [0, 255]", actual: "others" });
}

/**
 * Refuses NaN and infinity where looking for them does not stall a device: on cpu, wasm, and TensorFlow without a GPU.
 * Elsewhere they come out as they went in, in the images that they reach.
 */
export function assertFinite(where: string, images: tf.Tensor4D): void {
  if (!isInOrdinaryMemory()) return;
  const sum = tf.tidy(() => tf.sum(images).dataSync()[0] as number);
  if (Number.isFinite(sum)) return;
  throw new ValueError(where, { expected: "finite pixels", actual: show(sum) });
}

/** Whether tensors of the current backend can be read without waiting for a device. */
export function isInOrdinaryMemory(): boolean {
  return ["cpu", "wasm"].includes(tf.getBackend()) || isNative();
}

/** Whether TensorFlow computes on the processor, where the engine adds operations of its own. */
export function isNative(): boolean {
  if (tf.getBackend() !== "tensorflow") return false;
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  return isUsingGpuDevice === false;
}

export function assertFraction(where: string, name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new ValueError(where, { expected: `${name} in [0, 1]`, actual: show(value) });
}

export function assertOneOf(
  where: string,
  name: string,
  value: string,
  allowed: readonly string[],
): void {
  if (allowed.includes(value)) return;
  const choices = allowed.map((choice) => JSON.stringify(choice)).join(" or ");
  throw new ValueError(where, { expected: `${name} to be ${choices}`, actual: show(value) });
}

function assertIndex(where: string, name: string, value: number, bound: number): void {
  if (Number.isInteger(value) && value >= 0 && value < bound) return;
  throw new ValueError(where, {
    expected: `${name} to be an integer in [0, 2^${Math.log2(bound)})`,
    actual: show(value),
  });
}
