import type { Draws } from "../draws/draws.ts";

const FIRST_WIBBLE = 100;

/**
 * A cloud by diamond-square on a torus, stretched to [0, 1].
 *
 * @param size  power of two ≥ 2
 * @param decay what the wibble is divided by from one scale to the next; smaller is rougher
 * @returns [size, size], float64
 *
 * Convention: a cell is the mean of four neighbours plus wibble · u with u uniform in
 *             [-wibble, wibble), so the amplitude goes with the square of the wibble.
 * Randomness: uniform numbers for every cell but the first; at each scale the squares, then the
 *             cells right of the lattice, then those below it, each in row-major order.
 */
export function plasmaFractal(size: number, decay: number, draws: Draws): Float64Array {
  const map = new Float64Array(size * size);
  let wibble = FIRST_WIBBLE;
  for (let step = size; step >= 2; step /= 2) {
    fillScale(map, size, step, wibble, draws);
    wibble /= decay;
  }
  return stretch(map);
}

function fillScale(map: Float64Array, size: number, step: number, wibble: number, draws: Draws) {
  const half = step / 2;
  const cells = (size / step) ** 2;
  const wrap = size - 1;

  let noise = draws.uniform(cells, -wibble, wibble);
  for (let r = 0, k = 0; r < size; r += step) {
    const here = r * size;
    const below = ((r + step) & wrap) * size;
    const to = (r + half) * size + half;
    for (let c = 0; c < size; c += step) {
      const next = (c + step) & wrap;
      const sum = map[here + c]! + map[below + c]! + (map[here + next]! + map[below + next]!);
      map[to + c] = sum / 4 + wibble * noise[k++]!;
    }
  }
  noise = draws.uniform(cells, -wibble, wibble);
  for (let r = 0, k = 0; r < size; r += step) {
    const here = r * size;
    const above = ((r - half) & wrap) * size + half;
    const below = (r + half) * size + half;
    for (let c = 0; c < size; c += step) {
      const diagonal = map[below + c]! + map[above + c]!;
      const straight = map[here + c]! + map[here + ((c + step) & wrap)]!;
      map[here + c + half] = (diagonal + straight) / 4 + wibble * noise[k++]!;
    }
  }
  noise = draws.uniform(cells, -wibble, wibble);
  for (let r = 0, k = 0; r < size; r += step) {
    const here = r * size;
    const below = ((r + step) & wrap) * size;
    const to = (r + half) * size;
    for (let c = 0; c < size; c += step) {
      const diagonal = map[to + c + half]! + map[to + ((c - half) & wrap)]!;
      const straight = map[here + c]! + map[below + c]!;
      map[to + c] = (diagonal + straight) / 4 + wibble * noise[k++]!;
    }
  }
}

function stretch(map: Float64Array): Float64Array {
  let lowest = map[0]!;
  for (const value of map) if (value < lowest) lowest = value;
  let highest = 0;
  for (let i = 0; i < map.length; i++) {
    map[i]! -= lowest;
    if (map[i]! > highest) highest = map[i]!;
  }
  for (let i = 0; i < map.length; i++) map[i]! /= highest;
  return map;
}
