import { mapHsv } from "../kernels/mapHsv.ts";
import { bytesFromUnit, unitFromBytes } from "../kernels/unitPixels.ts";
import type { SquareImage } from "../squareImage.ts";

export interface BrightnessParameters {
  /** What is added to the value (V of HSV). */
  readonly addend: number;
}

/** Raises the value of each pixel in HSV: V ← min(V + addend, 1). */
export function brightness({ data }: SquareImage, { addend }: BrightnessParameters): Uint8Array {
  const unit = unitFromBytes(data);
  return bytesFromUnit(mapHsv(unit, { component: "value", multiplier: 1, addend }));
}
