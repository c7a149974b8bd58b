import type { NormalizedImages } from "@apr-kit/contracts";
import type { Precision } from "@apr-kit/engine";
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Distribution } from "./initialisation.ts";
import type { Network } from "./layers.ts";
import type { LayerDescription } from "./traceNetwork.ts";

/** The part that a parameter plays. Running statistics are state, not trained. */
export type ParameterKind =
  | "weight"
  | "bias"
  | "bnScale"
  | "bnOffset"
  | "runningMean"
  | "runningVariance";

/** One parameter of a network, before it has values. */
export interface ParameterSpec {
  /** As in a PyTorch state dict: "layer1.0.conv1.weight". */
  readonly name: string;
  /** Convolution [height, width, in / groups, out], linear [in, out], all others [channel]. */
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
  readonly trainable: boolean;
  readonly initialiser: Distribution;
}

/** What a model was built from; stored beside its weights. */
export interface ModelConfig {
  readonly numClasses: number;
  /** Multiplies every number of channels, which is then rounded to at least 1. */
  readonly width: number;
}

/** Parameters by name, in the order of the model's specs. */
export type Parameters = ReadonlyMap<string, Tensor>;

/** Names the random numbers of dropout: equal (seed, step) give equal masks. */
export interface DropoutKey {
  readonly seed: number;
  /** Number of the training step, in [0, 2^32). */
  readonly step: number;
}

/** What a step's dropout multiplies by, by the name of the layer; see `dropoutMasks`. */
export type DropoutMasks = Readonly<Record<string, Tensor4D>>;

/** How to run a network. */
export type ApplyOptions = CommonApplyOptions &
  (
    | { readonly mode: "inference" }
    | {
        readonly mode: "train";
        /** Required by networks with dropout: the key of the masks, or the masks. */
        readonly dropout?: DropoutKey | { readonly masks: DropoutMasks };
      }
  );

interface CommonApplyOptions {
  /**
   * Precision of feature maps and of the filters they meet, default "float32". Parameters, batch
   * statistics, the last layer and logits are float32 either way. "bfloat16" needs the engine "tensorflow".
   */
  readonly precision?: Precision;
  /** Give back the features too, default false. */
  readonly features?: boolean;
}

/** What a network gives back; the caller disposes all of it (`tf.dispose(output)`). */
export interface ModelOutput {
  /** [batch, classes], float32. */
  readonly logits: Tensor2D;
  /** What the last layer sees, [batch, features], float32; only where it was asked for. */
  readonly features?: Tensor2D;
  /**
   * Batch statistics by the name of the running statistic that they update: means under
   * "….running_mean", unbiased variances under "….running_var", each [channel]. Empty in inference.
   * They are kept (`tf.keep`), so they outlive the tidy of `tf.variableGrads`.
   */
  readonly statistics: Readonly<Record<string, Tensor1D>>;
}

/** A network as a value: what it is made of, and how it is run. It holds no tensors. */
export interface Model {
  readonly name: string;
  readonly config: ModelConfig;
  readonly parameters: readonly ParameterSpec[];
  /** Lists the layers for images of [height, width, channel]; see `describe`. */
  layers(inputShape: readonly [number, number, number]): readonly LayerDescription[];
  apply(parameters: Parameters, images: NormalizedImages, options: ApplyOptions): ModelOutput;
  /** The network itself, to be run on layers of another kind: shapes, or nodes of a graph. */
  readonly build: Network;
}
