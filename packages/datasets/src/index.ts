export type { FileLocation } from "./archives/fileLocation.ts";
export type { FileTree, TreeChildren } from "./archives/fileTree.ts";
export { openTree } from "./archives/openTree.ts";
export { type ArrayPairOptions, openArrayPair } from "./arrays/openArrayPair.ts";
export {
  type BatchesOptions,
  batchesInOrder,
  type ImageStep,
} from "./batchesInOrder.ts";
export { channelStatistics } from "./channelStatistics.ts";
export { checkCifar10 } from "./checkCifar10.ts";
export { type CifarCOptions, loadCifarC } from "./cifarC/loadCifarC.ts";
export { type Regeneration, regeneration } from "./cifarC/regeneration.ts";
export { type DatasetDescription, describeDatasets } from "./describeDatasets.ts";
export { type DecodeOptions, decodeImage } from "./folder/decodeImage.ts";
export type { ImageFilesOptions, ImageFilesSource } from "./folder/imageFilesSource.ts";
export { imageNetWnids } from "./folder/imageNetWnids.ts";
export {
  type ImageFolderOptions,
  loadImageFolder,
  loadImageTree,
} from "./folder/loadImageFolder.ts";
export {
  type CorruptionSet,
  imageNetCViews,
  openCorruptionSet,
} from "./folder/openCorruptionSet.ts";
export type {
  ChannelStatistics,
  DatasetFacts,
  ImageDataset,
  ImageSplit,
  OnNotice,
} from "./imageDataset.ts";
export { type ImageSource, type LabelledPixels, splitSource } from "./imageSource.ts";
export { loadCifar10 } from "./loadCifar10.ts";
export { loadCifar100 } from "./loadCifar100.ts";
export { datasetEntries } from "./registry/datasetEntries.ts";
export type {
  CheckOptions,
  CorruptionCell,
  DatasetCheck,
  DatasetEntry,
  DatasetKind,
  DatasetReceipt,
  LoadedDataset,
  LoadOptions,
  SplitName,
} from "./registry/datasetEntry.ts";
export { findDataset } from "./registry/findDataset.ts";
export { type CenterCropWindow, centerCropWindow } from "./resample/centerCropWindow.ts";
export { type Interpolation, interpolations } from "./resample/filters.ts";
export type { ImagePixels } from "./resample/imagePixels.ts";
export { type PixelWindow, type ResizeOptions, resize } from "./resample/resize.ts";
export { shortSideSize } from "./resample/shortSideSize.ts";
export { type ImageView, viewImage } from "./resample/viewImage.ts";
export { type ShuffleOptions, shuffledOrder } from "./shuffledOrder.ts";
export { type SplitValidationOptions, splitValidation } from "./splitValidation.ts";
export { type StreamedStep, type StreamOptions, streamBatches } from "./streamBatches.ts";
export {
  type OutlierKind,
  type OutlierOptions,
  outlierKinds,
  syntheticOutliers,
} from "./synthetic/syntheticOutliers.ts";
export { type ImageBatch, takeBatch } from "./takeBatch.ts";
