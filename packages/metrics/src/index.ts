export { accuracy, accuracyMetric, type ClassesOption } from "./accuracy.ts";
export { alexNetCleanError, alexNetErrors } from "./alexNetErrors.ts";
export { type BrierSum, brierScore, brierScoreMetric } from "./brierScore.ts";
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
export { type PairedDifference, pairedDifference } from "./pairedDifference.ts";
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
