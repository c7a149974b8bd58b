import type { Draws, FrostPhotograph, FrostPhotographs } from "../src/index.ts";

const { imul } = Math; // looking up a global is slow under jest

/** Draws of a hashed counter, as in reference/makeGolden.py: every step is exact. */
export interface FormulaDraws extends Draws {
  /** Words taken so far. */
  taken(): number;
}

export function formulaDraws(seed: number): FormulaDraws {
  const start = (BigInt(seed) * 0x9e3779b9n) & 0xffffffffn;
  let next = Number(start) | 0;
  let taken = 0;

  function word(): number {
    taken++;
    let x = next++ | 0;
    x = imul(x ^ (x >>> 16), 0x21f0aaad);
    x = imul(x ^ (x >>> 15), 0x735a2d97);
    return (x ^ (x >>> 15)) >>> 0;
  }
  const unit = () => word() / 2 ** 32;
  const bell = () => (unit() + unit() + unit() + unit() - 2) * 1.75; // deviation 1.01
  return {
    normal: (count, mean, standardDeviation) =>
      new Float64Array(count).map(() => mean + standardDeviation * bell()),
    uniform: (count, low, high) => new Float64Array(count).map(() => low + (high - low) * unit()),
    poisson: (rates) =>
      rates.map((rate) => Math.max(Math.floor(rate + Math.sqrt(rate) * bell() + 0.5), 0)),
    integers: (count, low, high) => new Int32Array(count).map(() => low + (word() % (high - low))),
    taken: () => taken,
  };
}

/** A picture with slopes, edges and grain, [height, width, 3], as in reference/makeGolden.py. */
export function formulaPicture(height: number, width: number, seed: number): FrostPhotograph {
  const data = new Uint8Array(height * width * 3);
  const grain = formulaDraws(seed).integers(data.length, 0, 32);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = (Math.floor(x / 32) + Math.floor(y / 32)) % 3 === 0 ? 60 : 0;
      for (let c = 0; c < 3; c++, i++) {
        const waves = 30 + 2 * ramp(x * (c + 1) + y) + 2 * ramp(x - y * (3 - c) + 64 * height);
        data[i] = waves + grain[i]! + light;
      }
    }
  }
  return { data, height, width };
}

/** Five pictures in place of the photographs of frost. */
export function formulaPhotographs(): FrostPhotographs {
  const photograph = (k: number) => formulaPicture(300 + 20 * k, 400 - 10 * k, 100 + k);
  return [photograph(0), photograph(1), photograph(2), photograph(3), photograph(4)];
}

function ramp(value: number): number {
  return Math.abs((value % 64) - 32);
}
