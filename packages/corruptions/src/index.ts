export { type CorruptOptions, corrupt } from "./corrupt.ts";
export { type CorruptImageOptions, corruptImage } from "./corruptImage.ts";
export {
  type CorruptionCell,
  type CorruptionCellsOptions,
  corruptionCells,
} from "./corruptionCells.ts";
export { type CorruptionInfo, corruptions } from "./corruptions.ts";
export type { Draws } from "./draws/draws.ts";
export { recordedDraws } from "./draws/recordedDraws.ts";
export { rngDraws } from "./draws/rngDraws.ts";
export type {
  FrostPhotograph,
  FrostPhotographs,
  FrostSource,
} from "./frost/frostPhotograph.ts";
export { loadFrostPhotographs } from "./frost/loadFrostPhotographs.ts";
export type { CorruptionOptions } from "./resolveChoice.ts";
export type { SquareImage } from "./squareImage.ts";
export type {
  CorruptionName,
  CorruptionParameters,
  Severity,
  SeverityTable,
} from "./tables/severityTable.ts";
export { type SeverityTableName, severityTables } from "./tables/severityTables.ts";
