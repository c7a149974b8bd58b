import { show, ValueError } from "@apr-kit/contracts";
import { assertRange, centralRange, type FrequencyRange } from "../grid/frequencyRange.ts";
import type { LabelledImages } from "../labelledImages.ts";
import {
  findPreset,
  type HeatmapPreset,
  type HeatmapPresetName,
  type SignRule,
} from "../presets.ts";
import type { HeatmapSettings } from "./heatmapState.ts";

/** What decides the numbers of a map; everything has a default. */
export interface HeatmapSettingsOptions extends Partial<HeatmapPreset> {
  /** Where the defaults come from, default "yin-cifar10". */
  readonly preset?: HeatmapPresetName;
  /** Frequencies to show, in place of `size`; need not be symmetric. */
  readonly region?: { readonly rows: FrequencyRange; readonly columns: FrequencyRange };
  /** Seeds the signs and the choice of the subset, default 0. */
  readonly seed?: number;
}

/**
 * Settles the options of a map for a set of images.
 *
 * @param samples the images looked at
 * @throws {ValueError} if an option is out of its range, or the region does not fit the images
 */
export function heatmapSettings(
  where: string,
  data: LabelledImages,
  samples: Int32Array,
  { preset = "yin-cifar10", seed = 0, region, ...overrides }: HeatmapSettingsOptions,
): HeatmapSettings {
  const defaults = findPreset(where, preset);
  const [total, height, width, channels] = data.images.shape;
  const { epsL2, phaseRadians } = { ...defaults, ...overrides };
  const signs = overrides.signs ?? defaults.signs;
  assertFinite(where, "epsL2 to be a finite number ≥ 0", epsL2, epsL2 >= 0);
  assertFinite(where, "phaseRadians to be a finite number", phaseRadians, true);
  assertSigns(where, signs);
  if (region !== undefined) {
    assertRange(where, "region.rows", region.rows, height);
    assertRange(where, "region.columns", region.columns, width);
  }
  const size = overrides.size ?? defaults.size;
  return {
    preset,
    epsL2,
    signs,
    phaseRadians,
    clip: overrides.clip ?? defaults.clip,
    region: {
      rows: region?.rows ?? centralRange(where, size, height),
      columns: region?.columns ?? centralRange(where, size, width),
    },
    seed,
    image: { height, width, channels },
    images: samples.length,
    total,
    setHash: hashSet(data),
  };
}

function assertFinite(where: string, expected: string, value: number, isAllowed: boolean): void {
  if (Number.isFinite(value) && isAllowed) return;
  throw new ValueError(where, { expected, actual: show(value) });
}

function assertSigns(where: string, signs: SignRule): void {
  const known: readonly SignRule[] = ["perChannel", "perImage", "none"];
  if (known.includes(signs)) return;
  throw new ValueError(where, {
    expected: `signs to be one of ${known.join(", ")}`,
    actual: show(signs),
  });
}

/** FNV-1a over the bytes of the pixels, then the labels. */
function hashSet({ images: { data }, labels }: LabelledImages): string {
  let hash = 0x811c9dc5;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let index = 0; index < bytes.length; index++) {
    hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
  }
  for (let index = 0; index < labels.length; index++) {
    hash = Math.imul(hash ^ labels[index]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
