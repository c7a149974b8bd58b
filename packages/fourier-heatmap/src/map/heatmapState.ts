import { ValueError } from "@apr-kit/contracts";
import type { FrequencyRange } from "../grid/frequencyRange.ts";
import type { Frequency, Sides } from "../grid/mirror.ts";
import type { HeatmapPreset, HeatmapPresetName } from "../presets.ts";

/** Everything that decides the numbers of a map, but for the model. Plain JSON. */
export interface HeatmapSettings extends Omit<HeatmapPreset, "size"> {
  /** The preset that was started from; single options may differ from it. */
  readonly preset: HeatmapPresetName;
  /** Frequencies shown, in cycles per image height and width. */
  readonly region: { readonly rows: FrequencyRange; readonly columns: FrequencyRange };
  readonly seed: number;
  readonly image: Sides & { readonly channels: number };
  /** Images looked at, of `total` in the set. */
  readonly images: number;
  readonly total: number;
  /** FNV-1a over the pixels and labels of the set: a resumed map must be of the same. */
  readonly setHash: string;
}

/** What was found at one frequency, and so at its mirror. */
export interface HeatmapCell extends Frequency {
  /** Images whose top class was wrong. */
  readonly errors: number;
  /** L2 norm of the change of an image's logits, mean over the images. */
  readonly logitChange: number;
}

/** A map while it is made: plain JSON, to be stored and given back as `previous`. */
export interface HeatmapState {
  readonly settings: HeatmapSettings;
  /** Wrong ones of the unchanged images. */
  readonly cleanErrors: number;
  /** In the order of work, coarse to fine. */
  readonly cells: readonly HeatmapCell[];
}

/** Share of images by which clean errors may differ on resume: other engines round differently. */
const CLEAN_TOLERANCE = 0.01;

/**
 * Checks that a stored state belongs to the map that is to be made.
 *
 * @throws {ValueError} naming the first setting that differs, or the clean errors if another model made it
 */
export function assertResumable(
  where: string,
  previous: HeatmapState,
  settings: HeatmapSettings,
  cleanErrors: number,
): void {
  for (const name of Object.keys(settings) as (keyof HeatmapSettings)[]) {
    const wanted = JSON.stringify(settings[name]);
    const stored = JSON.stringify(previous.settings?.[name]);
    if (stored === wanted) continue;
    throw new ValueError(where, {
      expected: `previous to be of a map with ${name} ${wanted}`,
      actual: String(stored),
    });
  }
  const allowed = Math.max(1, CLEAN_TOLERANCE * settings.images);
  if (Math.abs(previous.cleanErrors - cleanErrors) <= allowed) return;
  throw new ValueError(where, {
    expected: `previous to be of the same model, which errs on ${cleanErrors} clean images`,
    actual: `${previous.cleanErrors}`,
  });
}
