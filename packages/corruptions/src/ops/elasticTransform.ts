import type { Draws } from "../draws/draws.ts";
import { affineFromPoints } from "../kernels/affineFromPoints.ts";
import { displace } from "../kernels/displace.ts";
import { gaussianBlur } from "../kernels/gaussianBlur.ts";
import { bytesFromUnit32, unit32FromBytes } from "../kernels/unitPixels.ts";
import { type AffineMatrix, warpAffine } from "../kernels/warpAffine.ts";
import type { SquareImage } from "../squareImage.ts";

export interface ElasticTransformParameters {
  /** Strength of the displacement field; 0 leaves the affine map alone. */
  readonly alpha: number;
  /** Standard deviation of the field's blur, in pixels. */
  readonly sigma: number;
  /** Farthest that a corner of the affine map moves along an axis, in pixels. */
  readonly affine: number;
}

/**
 * Moves three points at random and the image with them, then stirs it by a smooth field.
 *
 * Convention: float32; the affine map mirrors its border by whole samples, the field by half samples.
 * Randomness: six uniform numbers for the points (x, y of each), then, unless alpha is 0, side² for
 *             the horizontal field and side² for the vertical one.
 */
export function elasticTransform(
  { data, side }: SquareImage,
  { alpha, sigma, affine }: ElasticTransformParameters,
  draws: Draws,
): Uint8Array {
  const matrix = randomAffine(side, draws.uniform(6, -affine, affine));
  const warped = warpAffine(unit32FromBytes(data), side, matrix); // [side, side, 3]
  if (alpha === 0) return bytesFromUnit32(warped);
  const field = () => {
    const noise = draws.uniform(side * side, -1, 1);
    const smooth = gaussianBlur(noise, side, 1, { sigma, truncate: 3, border: "reflect" });
    for (let i = 0; i < smooth.length; i++) smooth[i]! *= alpha;
    return new Float32Array(smooth);
  };
  const dx = field();
  const dy = field();
  return bytesFromUnit32(displace(warped, side, dx, dy));
}

/** Corners of a square of 2 · ⌊side / 3⌋ around the centre, moved by `moves` in float32. */
function randomAffine(side: number, moves: Float64Array): AffineMatrix {
  const near = Math.floor(side / 2) - Math.floor(side / 3);
  const far = Math.floor(side / 2) + Math.floor(side / 3);
  const moved = (corner: number, index: number) => Math.fround(corner + Math.fround(moves[index]!));
  return affineFromPoints(
    [
      [far, far],
      [far, near],
      [near, near],
    ],
    [
      [moved(far, 0), moved(far, 1)],
      [moved(far, 2), moved(near, 3)],
      [moved(near, 4), moved(near, 5)],
    ],
  );
}
