import type { CorruptionName } from "./tables/severityTable.ts";

/** One line of the roster. */
export interface CorruptionInfo {
  readonly name: CorruptionName;
  readonly group: "noise" | "blur" | "weather" | "digital";
  /** True for the four that are meant for validation and are not part of mCE. */
  readonly extra: boolean;
}

/**
 * The 15 corruptions of the benchmark and its 4 extras, in the benchmark's order.
 *
 * @see Hendrycks and Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and
 *      Perturbations, ICLR 2019
 */
export const corruptions: readonly CorruptionInfo[] = [
  { name: "gaussian_noise", group: "noise", extra: false },
  { name: "shot_noise", group: "noise", extra: false },
  { name: "impulse_noise", group: "noise", extra: false },
  { name: "defocus_blur", group: "blur", extra: false },
  { name: "glass_blur", group: "blur", extra: false },
  { name: "motion_blur", group: "blur", extra: false },
  { name: "zoom_blur", group: "blur", extra: false },
  { name: "snow", group: "weather", extra: false },
  { name: "frost", group: "weather", extra: false },
  { name: "fog", group: "weather", extra: false },
  { name: "brightness", group: "weather", extra: false },
  { name: "contrast", group: "digital", extra: false },
  { name: "elastic_transform", group: "digital", extra: false },
  { name: "pixelate", group: "digital", extra: false },
  { name: "jpeg_compression", group: "digital", extra: false },
  { name: "speckle_noise", group: "noise", extra: true },
  { name: "gaussian_blur", group: "blur", extra: true },
  { name: "spatter", group: "weather", extra: true },
  { name: "saturate", group: "digital", extra: true },
];
