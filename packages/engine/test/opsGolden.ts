import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";

/** A tensor as golden/makeGolden.py writes it. */
export interface Stored {
  readonly shape: number[];
  readonly values: number[];
}

type Options = { readonly size: number; readonly stride: number; readonly padding: number };
type Tensors<TNames extends string> = Readonly<Record<TNames, Stored>>;

interface Golden {
  readonly conv2d: readonly (Tensors<"x" | "filter" | "y" | "dy" | "dx" | "dFilter"> & {
    readonly options: {
      readonly stride: number;
      readonly padding: number;
      readonly groups: number;
    };
  })[];
  readonly batchNorm: Tensors<
    "x" | "scale" | "offset" | "y" | "mean" | "variance" | "dy" | "dx" | "dScale" | "dOffset"
  >;
  readonly maxPool2d: readonly (Tensors<"x" | "y" | "dy" | "dx"> & { readonly options: Options })[];
  readonly avgPool2d: readonly (Tensors<"x" | "y" | "dy" | "dx"> & { readonly options: Options })[];
  readonly softmaxCrossEntropy: readonly (Tensors<
    "logits" | "labels" | "losses" | "dy" | "dLogits"
  > & { readonly labelSmoothing: number })[];
  readonly sgdNesterov: {
    readonly before: Stored;
    readonly gradients: readonly Stored[];
    readonly after: Stored;
  };
}

/** What PyTorch computed; see golden/makeGolden.py. */
export const golden = JSON.parse(
  readFileSync(new URL("./golden/ops.json", import.meta.url), "utf8"),
) as Golden;

/** Makes the tensor on the current engine. */
export function load<TTensor extends tf.Tensor = tf.Tensor>(
  { shape, values }: Stored,
  dtype: "float32" | "int32" = "float32",
): TTensor {
  return tf.tensor(values, shape, dtype) as TTensor;
}
