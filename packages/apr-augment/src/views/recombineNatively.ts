import { AttrType, DataType, type PixelBatch, type TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { isNative } from "../arguments.ts";
import type { Axes } from "../axes.ts";
import type { Quantize } from "../quantizeBytes.ts";

const LARGEST_PRIME = 31;

/** Places in batches laid end to end; amplitude place -1: the image stays as it is. */
export interface RecombinedPlaces {
  readonly amplitudeFrom: Int32Array;
  readonly phaseFrom: Int32Array;
}

/** Whether the engine's own operation can recombine images of this size here. */
export function canRecombineNatively([, height, width]: PixelBatch["shape"]): boolean {
  return isNative() && hasSmallPrimes(height) && hasSmallPrimes(width);
}

/** One image for each place, from views as bytes, in one operation: recombined, quantised, and in order. */
export function recombineNatively(
  batches: readonly tf.Tensor4D[],
  { amplitudeFrom, phaseFrom }: RecombinedPlaces,
  { axes, quantize }: { readonly axes: Axes; readonly quantize: Quantize },
): tf.Tensor4D {
  const backend = tf.backend() as unknown as TensorFlowBackend;
  return backend.executeSingleOutput(
    "AprRecombineImages",
    [
      { name: "N", type: AttrType.int, value: batches.length },
      { name: "colour", type: AttrType.bool, value: axes === "spatialAndChannel" },
      { name: "quantize", type: AttrType.int, value: quantize === "clipRound" ? 1 : 2 },
      { name: "T", type: AttrType.type, value: DataType.uint8 },
    ],
    [...batches, tf.tensor1d(amplitudeFrom), tf.tensor1d(phaseFrom)],
  ) as tf.Tensor4D;
}

function hasSmallPrimes(side: number): boolean {
  let rest = side;
  for (let factor = 2; factor <= LARGEST_PRIME; factor++) {
    while (rest % factor === 0) rest /= factor;
  }
  return rest === 1;
}
