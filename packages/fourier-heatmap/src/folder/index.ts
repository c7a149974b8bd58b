export { type HeatmapInFolderOptions, heatmapInFolder } from "./heatmapInFolder.ts";
export { writeFiles } from "./writeFiles.ts";
