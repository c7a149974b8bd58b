import { createRng } from "@apr-kit/contracts";
import type { Frequency, Sides } from "./grid/mirror.ts";
import type { SignRule } from "./presets.ts";

export interface DrawSignsOptions extends Sides {
  readonly seed: number;
  readonly signs: SignRule;
  readonly channels: number;
}

/**
 * Draws the sign of the wave for each frequency, image and channel.
 *
 * @param samples indices of the images in their set
 * @returns [frequency, image, channel] of -1 and 1
 *
 * Randomness: keyed by (seed, sample, frequency), one word a channel ("perImage": one); the same for a
 * frequency and its mirror, and in any batch, order of work, region or subset.
 */
export function drawSigns(
  frequencies: readonly Frequency[],
  samples: Int32Array,
  { seed, signs, channels, height, width }: DrawSignsOptions,
): Float32Array {
  const drawn = new Float32Array(frequencies.length * samples.length * channels).fill(1);
  if (signs === "none") return drawn;
  let position = 0;
  for (const { row, column } of frequencies) {
    const cell = modulo(row, height) * width + modulo(column, width);
    for (const sample of samples) {
      const rng = createRng({ seed, purpose: "fourier-heatmap.sign", epoch: cell, sample });
      let sign = 1;
      for (let channel = 0; channel < channels; channel++) {
        if (channel === 0 || signs === "perChannel") sign = rng.uint32() % 2 === 0 ? 1 : -1;
        drawn[position++] = sign;
      }
    }
  }
  return drawn;
}

function modulo(value: number, side: number): number {
  return ((value % side) + side) % side;
}
