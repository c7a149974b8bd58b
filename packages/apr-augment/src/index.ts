export { type ApplyAprPairOptions, applyAprPair } from "./applyAprPair.ts";
export { type ApplyAprSingleOptions, applyAprSingle } from "./applyAprSingle.ts";
export { applyAugMix } from "./applyAugMix.ts";
export { type AprPairOptions, type AprPairResult, aprPair } from "./aprPair.ts";
export { type AprSingleOptions, aprSingle } from "./aprSingle.ts";
export {
  type AprSinglePairOptions,
  type AprSinglePairResult,
  aprSinglePair,
} from "./aprSinglePair.ts";
export type { BatchKey } from "./arguments.ts";
export { type AugMixOptions, augMix } from "./augMix.ts";
export type { Axes } from "./axes.ts";
export { type CropAndFlipOptions, cropAndFlip } from "./cropAndFlip.ts";
export { type AprPairDraw, type AprPairDrawOptions, drawAprPair } from "./drawAprPair.ts";
export { type AprSingleDraw, type AprSingleDrawOptions, drawAprSingle } from "./drawAprSingle.ts";
export { type AugMixDraw, type AugMixDrawOptions, drawAugMix } from "./drawAugMix.ts";
export {
  type CropAndFlipDraw,
  type CropAndFlipDrawOptions,
  drawCropAndFlip,
} from "./drawCropAndFlip.ts";
export { type JensenShannonOptions, jensenShannon } from "./jensenShannon.ts";
export { normalize } from "./normalize.ts";
export { type AffineMatrix, affineMatrix } from "./ops/affineMatrix.ts";
export { affineWarp } from "./ops/affineWarp.ts";
export { applyOp } from "./ops/applyOp.ts";
export { applyOps } from "./ops/applyOps.ts";
export { applyOpsOnDevice } from "./ops/applyOpsOnDevice.ts";
export { drawOp } from "./ops/drawOp.ts";
export { lookupTable } from "./ops/lookupTable.ts";
export {
  type BlendDraw,
  type ImageSize,
  OP_NAMES,
  type OpDraw,
  type OpName,
  OVERLAPPING_OP_NAMES,
  type TableDraw,
  type WarpDraw,
} from "./ops/opDraw.ts";
export type { Quantize } from "./quantizeBytes.ts";
export { type ChannelStatistics, STATISTICS } from "./statistics.ts";
export { toUnit } from "./toUnit.ts";
