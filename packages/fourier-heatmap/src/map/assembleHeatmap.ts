import { ValueError } from "@apr-kit/contracts";
import { type MapGrid, strideOf } from "../grid/coarseToFine.ts";
import { frequencies } from "../grid/frequencyRange.ts";
import { firstOfPair } from "../grid/mirror.ts";
import type { HeatmapCell, HeatmapSettings, HeatmapState } from "./heatmapState.ts";

/** How often a classifier errs at each spatial frequency. Plain JSON; lists are row-major. */
export interface FourierHeatmap extends MapGrid {
  /** Frequencies of the rows, cycles per image height, negative first. */
  readonly rows: readonly number[];
  /** Frequencies of the columns, cycles per image width, negative first. */
  readonly columns: readonly number[];
  /** Share of images with a wrong top class, in [0, 1]. */
  readonly errorRate: readonly number[];
  /** Of the error rate, √(p(1 - p)/images): how well the images looked at stand for others like them. */
  readonly standardError: readonly number[];
  /** L2 norm of the change of an image's logits, mean over the images. */
  readonly logitChange: readonly number[];
  readonly clean: { readonly errorRate: number; readonly standardError: number };
  readonly settings: HeatmapSettings;
  readonly convention: string;
}

/**
 * Lays the cells of a finished or unfinished map out as a picture.
 *
 * @param state what `onCell` was given; where it has no cell yet, the nearest coarser one stands in
 *
 * @throws {ValueError} if the state has no cell at all
 */
export function assembleHeatmap({ settings, cleanErrors, cells }: HeatmapState): FourierHeatmap {
  const rows = frequencies(settings.region.rows);
  const columns = frequencies(settings.region.columns);
  const found = new Map(cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
  const at = (row: number, column: number): HeatmapCell => {
    const first = firstOfPair({ row, column }, settings.image);
    return found.get(`${first.row} ${first.column}`) ?? nearest(cells, row, column);
  };
  const laidOut = rows.flatMap((row) => columns.map((column) => at(row, column)));
  const errorRate = laidOut.map(({ errors }) => errors / settings.images);
  const standardError = (rate: number) => Math.sqrt((rate * (1 - rate)) / settings.images);
  const cleanRate = cleanErrors / settings.images;
  return {
    rows,
    columns,
    errorRate,
    standardError: errorRate.map(standardError),
    logitChange: laidOut.map(({ logitChange }) => logitChange),
    clean: { errorRate: cleanRate, standardError: standardError(cleanRate) },
    settings,
    convention: describe(settings),
  };
}

/** The evaluated cell closest to a frequency or its mirror; of equally close ones the coarsest. */
function nearest(cells: readonly HeatmapCell[], row: number, column: number): HeatmapCell {
  let best: HeatmapCell | undefined;
  let closest = Number.POSITIVE_INFINITY;
  for (const cell of cells) {
    const direct = (cell.row - row) ** 2 + (cell.column - column) ** 2;
    const mirrored = (cell.row + row) ** 2 + (cell.column + column) ** 2;
    const distance = Math.min(direct, mirrored) - strideOf(cell) / 100;
    if (distance >= closest) continue;
    closest = distance;
    best = cell;
  }
  if (best !== undefined) return best;
  throw new ValueError("assembleHeatmap", {
    expected: "state to have at least one cell",
    actual: "none",
  });
}

function describe({ epsL2, signs, phaseRadians, clip, images, total }: HeatmapSettings): string {
  const drawn = {
    perChannel: "random sign per image and channel",
    perImage: "random sign per image",
    none: "no random signs",
  }[signs];
  const which = images === total ? `all ${total}` : `${images} drawn of ${total}`;
  return `top-1 error over ${which} images; wave of L2 norm ${epsL2} per channel on the [0, 1] scale, phase ${Number(phaseRadians.toFixed(4))}, ${drawn}, ${clip ? "clipped to [0, 1]" : "not clipped"}; frequencies in cycles per image side`;
}
