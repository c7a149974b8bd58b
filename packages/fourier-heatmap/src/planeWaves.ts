import * as tf from "@tensorflow/tfjs-core";
import { type Frequency, isOwnMirror, type Sides } from "./grid/mirror.ts";

export interface PlaneWavesOptions extends Sides {
  readonly phaseRadians: number;
}

/**
 * Draws the real plane waves of some frequencies, each of unit L2 norm.
 *
 *     b[y, x] = c · cos(2π·row·y/height + 2π·column·x/width + phase),   Σ b² = 1
 *
 * @returns [wave, height, width], float32; the caller disposes it
 *
 * Convention: a wave that is its own mirror (±1/√(height·width) everywhere) has no phase; it is ignored.
 *
 * The cosine of the sum is taken apart, so that only height + width numbers a wave travel to the device,
 * computed in float64.
 */
export function planeWaves(
  frequencies: readonly Frequency[],
  { height, width, phaseRadians }: PlaneWavesOptions,
): tf.Tensor3D {
  const alongRows = { cos: [] as number[], sin: [] as number[] };
  const alongColumns = { cos: [] as number[], sin: [] as number[] };
  for (const frequency of frequencies) {
    const own = isOwnMirror(frequency, { height, width });
    const scale = Math.sqrt((own ? 1 : 2) / (height * width));
    for (let y = 0; y < height; y++) {
      const angle = turn(frequency.row, y, height) + (own ? 0 : phaseRadians);
      alongRows.cos.push(scale * Math.cos(angle));
      alongRows.sin.push(scale * Math.sin(angle));
    }
    for (let x = 0; x < width; x++) {
      const angle = turn(frequency.column, x, width);
      alongColumns.cos.push(Math.cos(angle));
      alongColumns.sin.push(Math.sin(angle));
    }
  }
  const waves = frequencies.length;
  return tf.tidy(() => {
    const rows = (values: number[]) => tf.tensor3d(values, [waves, height, 1]);
    const columns = (values: number[]) => tf.tensor3d(values, [waves, 1, width]);
    return tf.sub(
      tf.mul(rows(alongRows.cos), columns(alongColumns.cos)),
      tf.mul(rows(alongRows.sin), columns(alongColumns.sin)),
    ) as tf.Tensor3D; // [wave, height, width]
  });
}

/** 2π·frequency·position/side, with whole turns taken off before anything is rounded. */
function turn(frequency: number, position: number, side: number): number {
  return 2 * Math.PI * (((frequency * position) % side) / side);
}
