import { mapHsv } from "../kernels/mapHsv.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface SaturateParameters {
  readonly multiplier: number;
  readonly addend: number;
}

/** Changes the saturation of each pixel in HSV: S ← clip(S · multiplier + addend, 0, 1). */
export function saturate(
  { data }: SquareImage,
  { multiplier, addend }: SaturateParameters,
): Uint8Array {
  const unit = unitFromBytes(data);
  return bytesFromUnit(mapHsv(unit, { component: "saturation", multiplier, addend }));
}
