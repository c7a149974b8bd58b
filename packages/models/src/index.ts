export { type ModelName, modelNames } from "./architectures/registry.ts";
export { asFeatureExtractor } from "./asFeatureExtractor.ts";
export { asPredict, type Normalization } from "./asPredict.ts";
export type { ExportOptions } from "./assertExport.ts";
export {
  type Classifier,
  classifierMetadata,
  encodeClassifier,
  type HostClassifier,
  loadClassifier,
  saveClassifier,
} from "./classifier.ts";
export { createModel } from "./createModel.ts";
export { type Description, describe } from "./describe.ts";
export { dropoutMasks } from "./dropoutMasks.ts";
export {
  type GraphModelFiles,
  type WriteGraphModelOptions,
  writeGraphModel,
} from "./graphModel/writeGraphModel.ts";
export type { Distribution } from "./initialisation.ts";
export { initialParameters } from "./initialParameters.ts";
export type {
  ConvOptions,
  Layers,
  LinearOptions,
  MaxPoolOptions,
  Network,
  PoolOptions,
} from "./layers.ts";
export { type LoadedStateDict, loadStateDict } from "./loadStateDict.ts";
export {
  isCompleteMatch,
  matchStateDict,
  type ShapeMismatch,
  type StateDictMatch,
} from "./matchStateDict.ts";
export type {
  ApplyOptions,
  DropoutKey,
  DropoutMasks,
  Model,
  ModelConfig,
  ModelOutput,
  ParameterKind,
  ParameterSpec,
  Parameters,
} from "./model.ts";
export { ONNX_OPSET, writeOnnx } from "./onnx/writeOnnx.ts";
export { parityScript } from "./parityScript.ts";
export { type PthFile, type ReadPthOptions, readPth } from "./pth/readPth.ts";
export { fromPyTorch, type ShapedValues, toPyTorch } from "./pyTorchLayout.ts";
export { countClasses, recogniseModels } from "./recogniseModel.ts";
export {
  type ResolvedStateDict,
  type ResolveStateDictOptions,
  resolveStateDict,
} from "./resolveStateDict.ts";
export type {
  HostTensor,
  HostTensors,
  SafetensorsDtype,
  SafetensorsFile,
} from "./safetensors/hostTensor.ts";
export { readSafetensors } from "./safetensors/readSafetensors.ts";
export { writeSafetensors } from "./safetensors/writeSafetensors.ts";
export { fromStateDict, toStateDict } from "./stateDict.ts";
export type { LayerDescription } from "./traceNetwork.ts";
export { updateRunningStatistics } from "./updateRunningStatistics.ts";
