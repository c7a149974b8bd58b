import * as tf from "@tensorflow/tfjs-core";

/** What may follow an operation and be done in the same pass over memory. */
export interface Epilogue {
  /** Added first. */
  readonly other?: tf.Tensor4D;
  /** ReLU comes last. */
  readonly relu: boolean;
}

/**
 * Feature maps, [batch, height, width, channel], worked out when their values are first asked for.
 *
 * Until then the operation that makes them can take up what follows it. So networks are written in single words, and
 * a batch norm (of a convolution, in inference), an addition and ReLU still become one operation.
 */
export interface FeatureMaps {
  readonly channels: number;
  /** The values; the same tensor at every call. */
  values(): tf.Tensor4D;
  /** The same maps plus others; absent where that has to be an operation of its own. */
  readonly add?: (other: FeatureMaps) => FeatureMaps;
  readonly relu?: () => FeatureMaps;
  /** The same maps after the batch norm of this name. */
  readonly batchNorm?: (name: string) => FeatureMaps;
}

/** Maps that exist. */
export function existing(tensor: tf.Tensor4D): FeatureMaps {
  return { channels: tensor.shape[3], values: () => tensor };
}

/** Maps that `run` makes, with what turned out to follow it. */
export function deferred(channels: number, run: (epilogue: Epilogue) => tf.Tensor4D): FeatureMaps {
  return {
    channels,
    values: once(() => run({ relu: false })),
    relu: () => existing(run({ relu: true })),
    add: (addend) => {
      const other = addend.values();
      return {
        channels,
        values: once(() => run({ other, relu: false })),
        relu: () => existing(run({ other, relu: true })),
      };
    },
  };
}

/** The sum of two maps, as part of the operation that makes one of them if that is still to run. */
export function sumOf(a: FeatureMaps, b: FeatureMaps): FeatureMaps {
  return a.add?.(b) ?? b.add?.(a) ?? existing(tf.add(a.values(), b.values()));
}

function once<TValue>(make: () => TValue): () => TValue {
  let made: { readonly value: TValue } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
