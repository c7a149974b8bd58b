import { writeNpy } from "@apr-kit/formats";
import type { FourierHeatmap } from "../map/assembleHeatmap.ts";
import type { HeatmapDifference } from "../map/heatmapDifference.ts";
import { radialProfile } from "../map/radialProfile.ts";
import { summarizeHeatmap } from "../map/summarizeHeatmap.ts";
import type { ColorScale } from "./colors.ts";
import { heatmapToCsv } from "./heatmapToCsv.ts";
import { pictureToPng } from "./pictureToPng.ts";
import { pictureToSvg } from "./pictureToSvg.ts";

/** Content of files by their name. */
export type FileContents = Readonly<Record<string, string | Uint8Array>>;

export interface HeatmapFilesOptions {
  /** Heading of the pictures, for example the name of the model. */
  readonly title?: string;
  /** Of the error map, default "viridis". */
  readonly colors?: ColorScale;
}

/**
 * Writes a map in every form: numbers for programs, pictures for people.
 *
 * @returns `heatmap.json` with summary and radial profile, `.csv`, `.npy` (error rates, float64), and
 *          `heatmap` and `logit-change` as `.png` and `.svg`
 *
 * Convention: error maps always span [0, 1], so any two compare by eye; changes of logits span their own.
 */
export function heatmapFiles(
  map: FourierHeatmap,
  { title = "", colors = "viridis" }: HeatmapFilesOptions = {},
): FileContents {
  const { rows, columns, errorRate, logitChange, clean, settings } = map;
  const errors = { rows, columns, values: errorRate };
  const changes = { rows, columns, values: logitChange };
  const range = [0, Math.max(...logitChange) || 1] as const;
  const document = {
    ...map,
    summary: summarizeHeatmap(map),
    radialProfile: radialProfile(map, errorRate, settings.image),
  };
  return {
    "heatmap.json": `${JSON.stringify(document, undefined, 1)}\n`,
    "heatmap.csv": heatmapToCsv(map),
    "heatmap.npy": writeNpy(Float64Array.from(errorRate), [rows.length, columns.length]),
    "heatmap.png": pictureToPng(errors, { colors }),
    "heatmap.svg": pictureToSvg(errors, {
      title,
      colors,
      mark: { value: clean.errorRate, label: "clean" },
    }),
    "logit-change.png": pictureToPng(changes, { range, colors: "inferno" }),
    "logit-change.svg": pictureToSvg(changes, {
      title,
      range,
      colors: "inferno",
      label: "change of the logits, L2",
    }),
  };
}

/**
 * Writes a difference of two maps: `difference.json`, `.npy`, `.png` and `.svg`.
 *
 * Convention: the colours span [-m, m], m the largest difference; red where the first errs more often.
 */
export function differenceFiles(
  { rows, columns, difference, ...rest }: HeatmapDifference,
  { title = "" }: Pick<HeatmapFilesOptions, "title"> = {},
): FileContents {
  const largest = Math.max(...difference.map(Math.abs)) || 1;
  const picture = { rows, columns, values: difference };
  const options = { range: [-largest, largest], colors: "blueRed" } as const;
  return {
    "difference.json": `${JSON.stringify({ rows, columns, difference, ...rest }, undefined, 1)}\n`,
    "difference.npy": writeNpy(Float64Array.from(difference), [rows.length, columns.length]),
    "difference.png": pictureToPng(picture, options),
    "difference.svg": pictureToSvg(picture, {
      ...options,
      title,
      label: "difference of error rates",
    }),
  };
}
