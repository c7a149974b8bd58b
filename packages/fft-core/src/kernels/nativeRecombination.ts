import { AttrType, type TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { factorize } from "../fourier/mixedRadix.ts";

const LARGEST_PRIME = 31;

/**
 * Whether the engine's own operation recombines images of this shape: on a CPU, over height and width, with or
 * without three colours, where no side has a prime factor above 31.
 */
export function isForNative(
  backend: TensorFlowBackend,
  [, height, width, channels]: readonly number[],
  axes: readonly number[],
): boolean {
  const { isUsingGpuDevice } = backend as { isUsingGpuDevice?: boolean };
  if (isUsingGpuDevice !== false) return false;
  const isSpatial = axes.length === 2 && axes[0] === 1 && axes[1] === 2;
  if (!isSpatial && !(axes.length === 3 && channels === 3)) return false;
  return [height!, width!].every((side) =>
    factorize(side).every((prime) => prime <= LARGEST_PRIME),
  );
}

/** Places in batches laid end to end; amplitude place -1: the image stays as it is. */
export interface Places {
  readonly amplitudeFrom: readonly number[];
  readonly phaseFrom: readonly number[];
}

/** One image for each place: amplitude of one, phase of the other. Transforms each image needed once. */
export function recombineNatively(
  backend: TensorFlowBackend,
  batches: readonly tf.TensorInfo[],
  { amplitudeFrom, phaseFrom }: Places,
  axes: readonly number[],
): tf.Tensor {
  return backend.executeSingleOutput(
    "AprRecombineImages",
    [
      { name: "N", type: AttrType.int, value: batches.length },
      { name: "colour", type: AttrType.bool, value: axes.length === 3 },
    ],
    [...batches, tf.tensor1d([...amplitudeFrom], "int32"), tf.tensor1d([...phaseFrom], "int32")],
  );
}
