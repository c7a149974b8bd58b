import type { UnitImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { drawSigns } from "./drawSigns.ts";
import type { Frequency } from "./grid/mirror.ts";
import { planeWaves } from "./planeWaves.ts";
import type { HeatmapPreset } from "./presets.ts";

export interface PerturbImagesOptions
  extends Pick<HeatmapPreset, "epsL2" | "signs" | "phaseRadians" | "clip"> {
  readonly seed: number;
  /** Indices of the images in their set: they name the random draws. */
  readonly samples: Int32Array;
}

/**
 * Adds plane waves to images, each wave to all of them.
 *
 *     out[f · batch + n] = images[n] + sign[f, n, channel] · epsL2 · wave[f]
 *
 * @param images      [batch, height, width, channel], values in [0, 1]
 * @param frequencies in cycles per image side
 * @returns [frequency · batch, height, width, channel]; without `clip` values leave [0, 1]; the caller
 *          disposes them
 *
 * Convention: epsL2 is the norm of the shift of one channel before clipping.
 * Randomness: as {@link drawSigns}.
 * Cost:       one broadcast product and sum on the device, no table of waves.
 */
export function perturbImages(
  images: UnitImages,
  frequencies: readonly Frequency[],
  { epsL2, signs, phaseRadians, clip, seed, samples }: PerturbImagesOptions,
): UnitImages {
  const [batch, height, width, channels] = images.shape;
  const count = frequencies.length;
  const drawn = drawSigns(frequencies, samples, { seed, signs, channels, height, width });
  // Rows of all channels side by side: broadcasting over long rows is several times faster than over pixels.
  const row = width * channels;
  const gains = new Float32Array(count * batch * row);
  for (let index = 0; index < gains.length; index++) {
    gains[index] = epsL2 * drawn[Math.floor(index / row) * channels + (index % channels)]!;
  }
  return tf.tidy(() => {
    const waves = planeWaves(frequencies, { height, width, phaseRadians });
    const ofChannels = tf.tile(tf.expandDims(waves, 3), [1, 1, 1, channels]);
    const shift = tf.mul(
      tf.reshape(ofChannels, [count, 1, height, row]),
      tf.tensor4d(gains, [count, batch, 1, row]),
    );
    const moved = tf.add(tf.reshape(images, [1, batch, height, row]), shift);
    const flat = tf.reshape(moved, [count * batch, height, width, channels]);
    return (clip ? tf.clipByValue(flat, 0, 1) : flat) as UnitImages;
  });
}
