export { availableEngines } from "./availableEngines.ts";
export { type Check, checkEngine, type EngineCheck } from "./checkEngine.ts";
export { type EngineInfo, type EngineName, engineInfo } from "./engineInfo.ts";
export { type InstallOptions, type InstallReport, installEngine } from "./installEngine.ts";
export { avgPool2d } from "./ops/avgPool2d.ts";
export {
  type BatchNormInferenceOptions,
  type BatchNormParameters,
  batchNormInference,
} from "./ops/batchNormInference.ts";
export { type BatchNormReluOptions, batchNormReluTraining } from "./ops/batchNormReluTraining.ts";
export { type BatchNormResult, batchNormTraining } from "./ops/batchNormTraining.ts";
export { castPrecision } from "./ops/castPrecision.ts";
export { type Conv2dOptions, conv2d } from "./ops/conv2d.ts";
export { type FusedConv2dOptions, fusedConv2d } from "./ops/fusedConv2d.ts";
export { maxPool2d } from "./ops/maxPool2d.ts";
export { movingAverage } from "./ops/movingAverage.ts";
export type { Pool2dOptions } from "./ops/pool2dOptions.ts";
export { type Precision, precisionOf } from "./ops/precision.ts";
export { registerOpKernels } from "./ops/registerOpKernels.ts";
export { type SgdNesterovOptions, type SgdState, sgdNesterov } from "./ops/sgdNesterov.ts";
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from "./ops/softmaxCrossEntropy.ts";
export { type PrecisionChoice, preferredPrecision } from "./preferredPrecision.ts";
export type { RouteReport } from "./provision/provisionEngine.ts";
export { type EngineOptions, startEngine } from "./startEngine.ts";
export type { Device, TensorFlowError } from "./tensorflow/nativeAddon.ts";
export type { NodeTensorFlowBackend, RawOperation } from "./tensorflow/tensorFlowBackend.ts";
export { devices, findTensorFlowBackend, tensorFlowMemory } from "./tensorflow/tensorFlowState.ts";
export { type Traced, type TracedOptions, traced } from "./traced.ts";
