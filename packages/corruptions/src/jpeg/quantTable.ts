const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/**
 * The quantisation steps of one kind of plane at a libjpeg quality, row by row.
 *
 * @see ITU-T T.81, Annex K.1; libjpeg's jpeg_quality_scaling
 */
export function quantTable(kind: "luminance" | "chrominance", quality: number): Int32Array {
  const percent = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  const base = kind === "luminance" ? LUMINANCE : CHROMINANCE;
  return Int32Array.from(base, (step) =>
    Math.min(Math.max(Math.trunc((step * percent + 50) / 100), 1), 255),
  );
}
