import type { AffineMatrix } from "./warpAffine.ts";

type Point = readonly [x: number, y: number];
type Triangle = readonly [Point, Point, Point];

/** The affine map that takes each point of `from` to the point of `to`; `from` is not degenerate. */
export function affineFromPoints(from: Triangle, to: Triangle): AffineMatrix {
  const [[x0, y0], [x1, y1], [x2, y2]] = from;
  const determinant = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  const row = (t0: number, t1: number, t2: number) => {
    const a = ((t1 - t0) * (y2 - y0) - (t2 - t0) * (y1 - y0)) / determinant;
    const b = ((t2 - t0) * (x1 - x0) - (t1 - t0) * (x2 - x0)) / determinant;
    return [a, b, t0 - a * x0 - b * y0] as const;
  };
  return [...row(to[0][0], to[1][0], to[2][0]), ...row(to[0][1], to[1][1], to[2][1])];
}
