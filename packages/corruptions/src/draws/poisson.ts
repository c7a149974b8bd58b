import { show, ValueError } from "@apr-kit/contracts";

/** The distribution function of one rate over the counts that happen. */
interface Table {
  readonly first: number;
  /** P(count ≤ first + i); the last is 1. */
  readonly below: Float64Array;
  /** For each of as many equal parts of [0, 1): the index in `below` from which to look. */
  readonly start: Int32Array;
}

const LEAST_SHARE = 1e-18; // counts of a smaller share of the likeliest one's chance are never drawn
const MOST_TABLES = 4096;
const tables = new Map<number, Table>();

/**
 * The Poisson number that belongs to a uniform one: the least count whose distribution function exceeds it.
 *
 *     P(k) = rate^k · exp(-rate) / k!
 *
 * @param uniform in [0, 1)
 * @param rate    expected value, ≥ 0
 * @returns an integer ≥ 0
 *
 * Convention: a table is kept for each rate, as an image has at most 256 of them.
 * Cost:       constant; O(√rate) for a rate that is new.
 *
 * @throws {ValueError} if rate is not a finite number ≥ 0
 */
export function poisson(uniform: number, rate: number): number {
  return countOf(uniform, tables.get(rate) ?? newTable(rate));
}

/** {@link poisson} of many, in place of the uniform numbers; quick where there are few different rates. */
export function poissonInPlace(uniforms: Float64Array, rates: Float64Array): void {
  let highest = 0;
  for (let i = 0; i < rates.length; i++) if (rates[i]! > highest) highest = rates[i]!;
  const slots = 255 / highest; // so that the levels of an image never share a slot
  const rateAt = new Float64Array(256).fill(Number.NaN);
  const tableAt = new Array<Table>(256);
  for (let i = 0; i < rates.length; i++) {
    const rate = rates[i]!;
    const slot = (rate * slots + 0.5) & 255;
    if (rateAt[slot] !== rate) {
      tableAt[slot] = tables.get(rate) ?? newTable(rate);
      rateAt[slot] = rate;
    }
    uniforms[i] = countOf(uniforms[i]!, tableAt[slot]!);
  }
}

function countOf(uniform: number, { first, below, start }: Table): number {
  let i = start[Math.floor(uniform * start.length)]!;
  while (uniform >= below[i]!) i++;
  return first + i;
}

function newTable(rate: number): Table {
  if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY)) {
    throw new ValueError("poisson", {
      expected: "rate to be a finite number ≥ 0",
      actual: show(rate),
    });
  }
  const likeliest = Math.floor(rate);
  const lower = walk(likeliest, (k) => k / rate, -1);
  const upper = walk(likeliest, (k) => rate / (k + 1), 1);
  const below = Float64Array.of(...lower.reverse(), 1, ...upper);
  for (let i = 1; i < below.length; i++) below[i]! += below[i - 1]!;
  const sum = below.at(-1)!;
  for (let i = 0; i < below.length; i++) below[i]! /= sum;
  const start = new Int32Array(below.length);
  for (let part = 0, i = 0; part < start.length; part++) {
    while (below[i]! <= part / start.length) i++;
    start[part] = i;
  }
  const table = { first: likeliest - lower.length, below, start };
  if (tables.size >= MOST_TABLES) tables.clear();
  tables.set(rate, table);
  return table;
}

/** Chances of the counts on one side of the likeliest, as shares of its own, until they vanish. */
function walk(likeliest: number, ratio: (k: number) => number, step: 1 | -1): number[] {
  const shares: number[] = [];
  let share = 1;
  for (let k = likeliest; k + step >= 0; k += step) {
    share *= ratio(k);
    if (share < LEAST_SHARE) break;
    shares.push(share);
  }
  return shares;
}
