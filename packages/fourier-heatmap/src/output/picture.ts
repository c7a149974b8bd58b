import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import type { MapGrid } from "../grid/coarseToFine.ts";
import type { ColorScale } from "./colors.ts";

/** Numbers over a grid of frequencies: an error map, a difference, a change of logits. */
export interface Picture extends MapGrid {
  /** Row-major [rows, columns]. */
  readonly values: readonly number[];
}

/** How numbers become colours; give two pictures the same to compare them. */
export interface PictureOptions {
  /** Values at the ends of the colour scale, default [0, 1]. */
  readonly range?: readonly [lowest: number, highest: number];
  /** Default "viridis". */
  readonly colors?: ColorScale;
}

/** Throws unless a picture has one finite value for each of its frequencies. */
export function assertPicture(where: string, { rows, columns, values }: Picture): void {
  if (values.length !== rows.length * columns.length || values.length === 0) {
    throw new ShapeError(where, {
      expected: `values for ${rows.length} × ${columns.length} frequencies`,
      actual: `${values.length} values`,
    });
  }
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd === undefined) return;
  throw new ValueError(where, { expected: "values to be finite", actual: show(odd) });
}
