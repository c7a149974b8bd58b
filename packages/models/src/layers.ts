/** PyTorch's default; every batch norm adds it to the variance. */
export const BATCH_NORM_EPSILON = 1e-5;

/** A convolution with PyTorch's meaning of its options: the padding is symmetric and explicit. */
export interface ConvOptions {
  /** Channels that come out. */
  readonly out: number;
  /** Side of the square kernel. */
  readonly size: number;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros added on each side, default 0. */
  readonly padding?: number;
  /** Default 1. */
  readonly groups?: number;
  /** Default false: a batch norm follows. */
  readonly bias?: boolean;
}

/** A fully connected layer. */
export interface LinearOptions {
  readonly out: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** Square windows, stride = size, no padding: a last incomplete window is left out. */
export interface PoolOptions {
  readonly size: number;
}

/** As PoolOptions, with PyTorch's meaning of stride (default: size) and padding (default 0). */
export interface MaxPoolOptions extends PoolOptions {
  readonly stride?: number;
  /** Of values below any other. */
  readonly padding?: number;
}

/**
 * The vocabulary in which networks are written.
 *
 * A network is one page in these words. Run on tensors it computes logits; run on shapes it lists
 * its parameters, output shapes and costs. So the two cannot disagree.
 *
 * `name` is the PyTorch module name; the names of parameters follow from it ("bn1" owns
 * "bn1.weight", "bn1.bias", "bn1.running_mean" and "bn1.running_var").
 */
export interface Layers<TMaps, TVectors> {
  /** Number of channels of feature maps. */
  channels(maps: TMaps): number;
  conv(name: string, maps: TMaps, options: ConvOptions): TMaps;
  /** Normalises each channel, by the batch in training and by running statistics in inference. */
  batchNorm(name: string, maps: TMaps): TMaps;
  relu(maps: TMaps): TMaps;
  /** x · sigmoid(1.702 x), the cheap approximation of GELU. */
  sigmoidGelu(maps: TMaps): TMaps;
  /** Zeroes half of the elements and doubles the others, in training only. */
  dropoutHalf(name: string, maps: TMaps): TMaps;
  add(a: TMaps, b: TMaps): TMaps;
  /** Joins channels, those of `a` first. */
  concat(a: TMaps, b: TMaps): TMaps;
  maxPool(maps: TMaps, options: MaxPoolOptions): TMaps;
  avgPool(maps: TMaps, options: PoolOptions): TMaps;
  globalAvgPool(maps: TMaps): TVectors;
  globalMaxPool(maps: TMaps): TVectors;
  linear(name: string, vectors: TVectors, options: LinearOptions): TVectors;
  scale(vectors: TVectors, factor: number): TVectors;
}

/** [batch, height, width, channel] → [batch, classes], in whatever the layers work on. */
export type Network = <TMaps, TVectors>(layers: Layers<TMaps, TVectors>, images: TMaps) => TVectors;
