/** Names under which our kernels stand in the tfjs registry, one implementation per backend. */
export const Kernel = {
  conv2d: "AprConv2D",
  conv2dFused: "AprConv2DFused",
  conv2dFusedAdd: "AprConv2DFusedAdd",
  conv2dInputGradient: "AprConv2DInputGradient",
  conv2dFilterGradient: "AprConv2DFilterGradient",
  batchNorm: "AprBatchNorm",
  batchNormGradient: "AprBatchNormGradient",
  batchNormRelu: "AprBatchNormRelu",
  batchNormAddRelu: "AprBatchNormAddRelu",
  batchNormReluGradient: "AprBatchNormReluGradient",
  batchNormInference: "AprBatchNormInference",
  batchNormInferenceRelu: "AprBatchNormInferenceRelu",
  batchNormInferenceGradient: "AprBatchNormInferenceGradient",
  reluGradient: "AprReluGradient",
  maxPool2d: "AprMaxPool2D",
  maxPool2dWithWinner: "AprMaxPool2DWithWinner",
  maxPool2dWinnerGradient: "AprMaxPool2DWinnerGradient",
  maxPool2dGradient: "AprMaxPool2DGradient",
  avgPool2d: "AprAvgPool2D",
  avgPool2dGradient: "AprAvgPool2DGradient",
  softmaxCrossEntropy: "AprSoftmaxCrossEntropy",
  broadcastTo: "AprBroadcastTo",
  sgdNesterov: "AprSgdNesterov",
  sgdNesterovAll: "AprSgdNesterovAll",
  movingAverage: "AprMovingAverage",
  castPrecision: "AprCastPrecision",
} as const;

/** [batch, height, width, channel]. */
export type Shape4 = [batch: number, height: number, width: number, channel: number];

/** Attributes of the convolution kernels; both spatial axes share them. */
export interface ConvAttrs {
  readonly stride: number;
  /** Zeros added on each side of height and width. */
  readonly padding: number;
  readonly groups: number;
}

/** Attributes of a convolution with what follows it. */
export interface FusedConvAttrs extends ConvAttrs {
  readonly relu: boolean;
}

/** Attributes of the pooling kernels; both spatial axes share them. */
export interface PoolAttrs {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Attributes of one optimizer step. */
export interface SgdAttrs {
  readonly learningRate: number;
  /** Share of the velocity that survives a step, in [0, 1). */
  readonly momentum: number;
  /** Share of the weight that is added to its gradient. */
  readonly weightDecay: number;
}

/** Length of one axis after a window of `size` has walked over it: PyTorch's floor rule. */
export function windowCount(
  length: number,
  { size, stride, padding }: { size: number; stride: number; padding: number },
): number {
  return Math.floor((length + 2 * padding - size) / stride) + 1;
}
