import { show, ValueError } from "@apr-kit/contracts";

/** Which signs multiply the plane wave: drawn for each image and channel, for each image, or always +1. */
export type SignRule = "perChannel" | "perImage" | "none";

/**
 * How much of the spectrum the map shows: the central n × n frequencies, all of them, or all but the
 * highest row and column of even sides (n - 1, which makes the map point-symmetric).
 */
export type MapSize = number | "full" | "withoutNyquist";

/** What one way of making heat maps fixes. */
export interface HeatmapPreset {
  /** L2 norm of the perturbation of one channel before clipping, in the [0, 1] pixel scale. */
  readonly epsL2: number;
  readonly size: MapSize;
  readonly signs: SignRule;
  /** Phase of the wave, at the frequency of a mirrored pair that the map shows first. */
  readonly phaseRadians: number;
  /** Whether perturbed pixels are clipped to [0, 1]. */
  readonly clip: boolean;
}

const YIN = { signs: "perChannel", phaseRadians: 0, clip: true } as const;

/**
 * Named ways of making heat maps. They differ only in what is written here.
 *
 * @see Yin et al., A Fourier Perspective on Model Robustness in Computer Vision, NeurIPS 2019, §2 and
 *      Figures 3 and 4. https://arxiv.org/abs/1906.08988
 *      `gatheluck`: gatheluck/FourierHeatmap, which drew the figure of the APR paper's repository.
 *      `google`: google-research/frequency_analysis; it has no norm of its own, 4.0 is the paper's.
 */
export const heatmapPresets = {
  "yin-cifar10": { ...YIN, epsL2: 4, size: 31 },
  "yin-imagenet": { ...YIN, epsL2: 15.7, size: 63 },
  gatheluck: { ...YIN, epsL2: 4, size: "withoutNyquist" },
  google: { epsL2: 4, size: "full", signs: "none", phaseRadians: Math.PI / 4, clip: false },
} as const satisfies Readonly<Record<string, HeatmapPreset>>;

export type HeatmapPresetName = keyof typeof heatmapPresets;

/** Finds a preset by its exact name; a ValueError for others lists the known ones. */
export function findPreset(where: string, name: string): HeatmapPreset {
  if (Object.hasOwn(heatmapPresets, name)) return heatmapPresets[name as HeatmapPresetName];
  throw new ValueError(where, {
    expected: `preset to be one of ${Object.keys(heatmapPresets).join(", ")}`,
    actual: show(name),
  });
}
