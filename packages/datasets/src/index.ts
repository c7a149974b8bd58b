export {
  type BatchesOptions,
  batchesInOrder,
  type ImageStep,
} from "./batchesInOrder.ts";
export { channelStatistics } from "./channelStatistics.ts";
export { checkCifar10 } from "./checkCifar10.ts";
export { type CifarCOptions, loadCifarC } from "./cifarC/loadCifarC.ts";
export { type NpyHeader, parseNpyHeader } from "./cifarC/parseNpyHeader.ts";
export { type DatasetDescription, describeDatasets } from "./describeDatasets.ts";
export type {
  ChannelStatistics,
  DatasetFacts,
  ImageDataset,
  ImageSplit,
  OnNotice,
} from "./imageDataset.ts";
export { loadCifar10 } from "./loadCifar10.ts";
export type { CheckOptions, DatasetCheck } from "./records/checkRecords.ts";
export type { LoadOptions } from "./records/loadRecords.ts";
export { type ShuffleOptions, shuffledOrder } from "./shuffledOrder.ts";
export { type SplitValidationOptions, splitValidation } from "./splitValidation.ts";
export {
  type OutlierKind,
  type OutlierOptions,
  outlierKinds,
  syntheticOutliers,
} from "./synthetic/syntheticOutliers.ts";
export { type ImageBatch, takeBatch } from "./takeBatch.ts";
