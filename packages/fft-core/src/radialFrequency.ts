import { fftfreq, rfftfreq } from "./fftfreq.ts";

export interface RadialFrequencyOptions {
  readonly height: number;
  readonly width: number;
  /** "full" as fft2 orders it, or "half" as rfft2 does. */
  readonly spectrum: "full" | "half";
}

/**
 * Lists how far each frequency of a 2-D spectrum lies from frequency 0.
 *
 *     r[u, v] = √(f_u² + f_v²)
 *
 * @returns cycles per pixel in [0, √½], row-major [height, width] or [height, ⌊width/2⌋ + 1]
 *
 * Convention: unshifted order. Both axes count in cycles per pixel, so that circles are circles of images
 * that are not square. The corner (½, ½) has 0.7071.
 *
 * @throws {ValueError} if a side is not an integer ≥ 1
 */
export function radialFrequency({ height, width, spectrum }: RadialFrequencyOptions): Float64Array {
  const rows = fftfreq(height);
  const columns = spectrum === "half" ? rfftfreq(width) : fftfreq(width);
  const radii = new Float64Array(rows.length * columns.length);
  for (const [u, rowFrequency] of rows.entries()) {
    for (const [v, columnFrequency] of columns.entries()) {
      radii[u * columns.length + v] = Math.hypot(rowFrequency, columnFrequency);
    }
  }
  return radii;
}
