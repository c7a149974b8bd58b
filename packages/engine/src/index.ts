export { availableEngines } from "./availableEngines.ts";
export { type Check, checkEngine, type EngineCheck } from "./checkEngine.ts";
export { type EngineInfo, type EngineName, engineInfo } from "./engineInfo.ts";
export { type InstallOptions, type InstallReport, installEngine } from "./installEngine.ts";
export type { RouteReport } from "./provision/provisionEngine.ts";
export { type EngineOptions, startEngine } from "./startEngine.ts";
