export {
  type AmplitudePhaseSwap,
  type AmplitudePhaseSwapOptions,
  amplitudePhaseSwap,
} from "./amplitudePhaseSwap.ts";
export type { AsyncPredict } from "./asyncPredict.ts";
export { type CutoffError, type ErrorByCutoffOptions, errorByCutoff } from "./errorByCutoff.ts";
export type { MapGrid } from "./grid/coarseToFine.ts";
export type { FrequencyRange } from "./grid/frequencyRange.ts";
export type { Frequency, Sides } from "./grid/mirror.ts";
export type { ImageBatch, LabelledImages } from "./labelledImages.ts";
export { assembleHeatmap, type FourierHeatmap } from "./map/assembleHeatmap.ts";
export { type FourierHeatmapOptions, fourierHeatmap } from "./map/fourierHeatmap.ts";
export { type HeatmapDifference, heatmapDifference } from "./map/heatmapDifference.ts";
export type { HeatmapSettingsOptions } from "./map/heatmapSettings.ts";
export type { HeatmapCell, HeatmapSettings, HeatmapState } from "./map/heatmapState.ts";
export { type Ring, radialProfile } from "./map/radialProfile.ts";
export { type HeatmapSummary, summarizeHeatmap } from "./map/summarizeHeatmap.ts";
export type { ColorScale } from "./output/colors.ts";
export {
  differenceFiles,
  type FileContents,
  type HeatmapFilesOptions,
  heatmapFiles,
} from "./output/heatmapFiles.ts";
export { heatmapToCsv } from "./output/heatmapToCsv.ts";
export type { Picture, PictureOptions } from "./output/picture.ts";
export { type PngOptions, pictureToPng } from "./output/pictureToPng.ts";
export { pictureToSvg, type SvgOptions } from "./output/pictureToSvg.ts";
export { type PerturbImagesOptions, perturbImages } from "./perturbImages.ts";
export { type PlaneWavesOptions, planeWaves } from "./planeWaves.ts";
export {
  type HeatmapPreset,
  type HeatmapPresetName,
  heatmapPresets,
  type MapSize,
  type SignRule,
} from "./presets.ts";
