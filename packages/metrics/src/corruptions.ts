/** The fifteen corruptions that mean corruption errors are over, by group, in the benchmark's order. */
export const corruptionGroups = {
  noise: ["gaussian_noise", "shot_noise", "impulse_noise"],
  blur: ["defocus_blur", "glass_blur", "motion_blur", "zoom_blur"],
  weather: ["snow", "frost", "fog", "brightness"],
  digital: ["contrast", "elastic_transform", "pixelate", "jpeg_compression"],
} as const;

export type CorruptionGroup = keyof typeof corruptionGroups;

/** One of the fifteen. */
export type BenchmarkCorruption = (typeof corruptionGroups)[CorruptionGroup][number];

/** The fifteen, in the benchmark's order. */
export const benchmarkCorruptions: readonly BenchmarkCorruption[] =
  Object.values(corruptionGroups).flat();

/** Validation corruptions that the benchmark ships beside the fifteen and never averages in. */
export const extraCorruptions = ["speckle_noise", "gaussian_blur", "spatter", "saturate"] as const;

/** Top-1 error as a fraction, by corruption, at severity 1, 2, ... in this order. */
export type CorruptionErrors = { readonly [corruption: string]: readonly number[] };
