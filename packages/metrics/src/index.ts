export { accuracy, accuracyMetric, type ClassesOption } from "./accuracy.ts";
export { alexNetCleanError, alexNetErrors } from "./alexNetErrors.ts";
export { type BootstrapOptions, bootstrapIntervals } from "./bootstrapIntervals.ts";
export { type BrierSum, brierScore, brierScoreMetric } from "./brierScore.ts";
export {
  adaptiveCalibrationError,
  adaptiveCalibrationErrorMetric,
} from "./calibration/adaptiveCalibrationError.ts";
export {
  type ClasswiseCalibration,
  type ClasswiseSums,
  classwiseCalibrationError,
  classwiseCalibrationErrorMetric,
} from "./calibration/classwiseCalibrationError.ts";
export {
  type FitTemperatureOptions,
  type FittedTemperature,
  fitTemperature,
  fitTemperatureMetric,
  type TemperatureState,
} from "./calibration/fitTemperature.ts";
export type {
  ConfidenceState,
  RankedBin,
  RankedCalibration,
} from "./calibration/rankedConfidences.ts";
export {
  type RmsCalibrationOptions,
  rmsCalibrationError,
  rmsCalibrationErrorMetric,
} from "./calibration/rmsCalibrationError.ts";
export {
  type BinSums,
  type CalibrationOptions,
  type CalibrationResult,
  calibrationError,
  calibrationErrorMetric,
  type ReliabilityBin,
} from "./calibrationError.ts";
export { type ConfusionCounts, confusionCounts } from "./confusionCounts.ts";
export {
  type BenchmarkCorruption,
  benchmarkCorruptions,
  type CorruptionErrors,
  type CorruptionGroup,
  corruptionGroups,
  extraCorruptions,
} from "./corruptions.ts";
export { errorRate, errorRateMetric } from "./errorRate.ts";
export {
  type CorruptionSummary,
  type MeanCorruptionErrorOptions,
  meanCorruptionError,
} from "./meanCorruptionError.ts";
export { meanOverSeeds, type SeedStatistics } from "./meanOverSeeds.ts";
export {
  type LikelihoodOptions,
  type LogLikelihoodSum,
  negativeLogLikelihood,
  negativeLogLikelihoodMetric,
} from "./negativeLogLikelihood.ts";
export type { TieRule } from "./ood/acceptanceCurve.ts";
export type { FeatureTable } from "./ood/featureTable.ts";
export { type KnnScoresOptions, knnScores } from "./ood/knnScores.ts";
export {
  type ClassGaussians,
  type ClassGaussiansOptions,
  fitClassGaussians,
  mahalanobisScores,
} from "./ood/mahalanobisScores.ts";
export { type OodConvention, type OodPreset, oodConventions } from "./ood/oodConventions.ts";
export {
  type OodResult,
  type OodScorePair,
  type OodState,
  oodMetric,
  oodMetrics,
} from "./ood/oodMetrics.ts";
export {
  type OodScoreName,
  type OodScoresOptions,
  oodScoreNames,
  oodScores,
} from "./ood/oodScores.ts";
export { type OscrInput, type OscrOptions, oscr } from "./ood/oscr.ts";
export { type PairedDifference, pairedDifference } from "./pairedDifference.ts";
export {
  type FlipOptions,
  flipProbability,
  flipProbabilityMetric,
  type PredictedVideos,
  type VideoSum,
} from "./perturbations/flipProbability.ts";
export {
  type FlipRateSummary,
  type MeanFlipRateOptions,
  meanFlipRate,
} from "./perturbations/meanFlipRate.ts";
export {
  alexNetFlipProbabilities,
  type CifarPerturbation,
  cifarPerturbations,
  type FrameReference,
  frameReference,
  type ImageNetPerturbation,
  imageNetPerturbations,
} from "./perturbations/perturbations.ts";
export {
  type ScoredVideos,
  type TopFiveOptions,
  topFiveDistance,
  topFiveDistanceMetric,
} from "./perturbations/topFiveDistance.ts";
export { predictedClasses } from "./predictedClasses.ts";
export { relativeMeanCorruptionError } from "./relativeMeanCorruptionError.ts";
export { type SoftmaxOptions, softmax } from "./softmax.ts";
export type {
  LabelledLogits,
  LabelledProbabilities,
  Measurement,
  Rate,
  StreamingMetric,
} from "./streamingMetric.ts";
export {
  type HitCounts,
  type TopKOptions,
  topKAccuracy,
  topKAccuracyMetric,
} from "./topKAccuracy.ts";
export { type ConfidenceOption, type Interval, wilsonInterval } from "./wilsonInterval.ts";
