import { chirpTables } from "../fourier/bluestein.ts";
import { factorize, isSmooth } from "../fourier/mixedRadix.ts";
import type { Planes } from "../fourier/planes.ts";
import { rootsOfUnity } from "../fourier/rootsOfUnity.ts";

/**
 * One step of a workgroup: for every i < `count`, `body` reads the tile at `src + …` and writes it at `dst + …`.
 * `size`: elements of the tile after it.
 */
export interface Step {
  readonly count: number;
  readonly size: number;
  readonly body: string;
}

/** The middle axis of a tile seen as [before, length, after]. */
export interface TileAxis {
  readonly before: number;
  readonly length: number;
  readonly after: number;
}

/** Constants that steps look up: pairs of float32, each list once. */
export class Table {
  readonly #values: number[] = [];
  readonly #starts = new Map<string, number>();

  /** Where the list of this name starts. */
  place(name: string, make: () => Planes): number {
    const known = this.#starts.get(name);
    if (known !== undefined) return known;
    const start = this.#values.length / 2;
    const { re, im } = make();
    for (const [k, value] of re.entries()) this.#values.push(value, im[k]!);
    this.#starts.set(name, start);
    return start;
  }

  values(): Float32Array {
    return Float32Array.from(this.#values.length > 0 ? this.#values : [0, 0]);
  }
}

/** The unscaled forward transform along the axis. */
export function transformSteps(axis: TileAxis, table: Table): Step[] {
  return isSmooth(axis.length) ? mixedRadixSteps(axis, table) : bluesteinSteps(axis, table);
}

/** Keeps the frequencies 0..⌊length/2⌋. */
export function halvingStep({ before, length, after }: TileAxis): Step {
  const half = Math.floor(length / 2) + 1;
  const size = before * half * after;
  const body = `
    let k = (i / ${after}u) % ${half}u;
    let block = i / ${half * after}u;
    tile[dst + i] = tile[src + (block * ${length}u + k) * ${after}u + i % ${after}u];`;
  return { count: size, size, body };
}

/** The inverse of {@link halvingStep} for spectra of real lines, whose two parts are swapped. */
export function mirroringStep({ before, length, after }: TileAxis): Step {
  const half = Math.floor(length / 2) + 1;
  const size = before * length * after;
  const body = `
    let k = (i / ${after}u) % ${length}u;
    let block = i / ${length * after}u;
    let isMirrored = k >= ${half}u;
    let source = select(k, ${length}u - k, isMirrored);
    let z = tile[src + (block * ${half}u + source) * ${after}u + i % ${after}u];
    tile[dst + i] = select(z, vec2(-z.x, z.y), isMirrored);`;
  return { count: size, size, body };
}

/** The passes of ../fourier/mixedRadix.ts. */
function mixedRadixSteps({ before, length, after }: TileAxis, table: Table): Step[] {
  const roots = table.place(`roots ${length}`, () => rootsOfUnity(length));
  const size = before * length * after;
  let done = 1;
  return factorize(length).map((radix) => {
    const stretch = done; // the table is of the whole length, the pass of what is left of it
    const s = after * stretch;
    const stride = (length * after) / radix;
    const lookUp = (index: string) => `table[${roots}u + ${index} * ${stretch}u]`;
    const root = (index: string) => `table[${roots}u + ${index} * ${length / radix}u]`;
    done *= radix;
    const body = `
    let block = i / ${stride}u;
    let rest = i % ${stride}u;
    let p = rest / ${s}u;
    let x = src + block * ${length * after}u + rest;
    let y = dst + block * ${length * after}u + rest % ${s}u + p * ${s * radix}u;
    ${butterfly(radix, { input: (j) => `tile[x + ${j} * ${stride}u]`, output: (k) => `tile[y + ${k} * ${s}u]`, lookUp, root })}`;
    return { count: size / radix, size, body };
  });
}

interface Butterfly {
  readonly input: (j: string) => string;
  readonly output: (k: string) => string;
  /** exp(-2πi·index/length of the pass) */
  readonly lookUp: (index: string) => string;
  /** exp(-2πi·index/radix) */
  readonly root: (index: string) => string;
}

function butterfly(radix: number, of: Butterfly): string {
  if (radix === 2) return butterflyOfTwo(of);
  return radix === 4 ? butterflyOfFour(of) : butterflyOfOdd(radix, of);
}

function butterflyOfTwo({ input, output, lookUp }: Butterfly): string {
  return `
    let a = ${input("0u")};
    let b = ${input("1u")};
    ${output("0u")} = a + b;
    ${output("1u")} = turned(a - b, ${lookUp("p")});`;
}

function butterflyOfFour({ input, output, lookUp }: Butterfly): string {
  return `
    let a = ${input("0u")};
    let b = ${input("1u")};
    let c = ${input("2u")};
    let d = ${input("3u")};
    let gap = a - c;
    let oddGap = vec2(b.y - d.y, d.x - b.x); // -i·(b - d)
    ${output("0u")} = (a + c) + (b + d);
    ${output("1u")} = turned(gap + oddGap, ${lookUp("p")});
    ${output("2u")} = turned((a + c) - (b + d), ${lookUp("2u * p")});
    ${output("3u")} = turned(gap - oddGap, ${lookUp("3u * p")});`;
}

/** Any odd radix by pairs, as passOfOdd of ../fourier/mixedRadix.ts. */
function butterflyOfOdd(radix: number, { input, output, lookUp, root }: Butterfly): string {
  const pairs = (radix - 1) / 2;
  return `
    let first = ${input("0u")};
    var total = first;
    for (var j = 1u; j < ${radix}u; j++) { total += ${input("j")}; }
    ${output("0u")} = total;
    for (var k = 1u; k <= ${pairs}u; k++) {
      var even = first;
      var odd = vec2(0.0, 0.0);
      for (var j = 1u; j <= ${pairs}u; j++) {
        let near = ${input("j")};
        let far = ${input(`(${radix}u - j)`)};
        let w = ${root(`((j * k) % ${radix}u)`)};
        even += (near + far) * w.x;
        odd += (near - far) * w.y;
      }
      let turn = vec2(-odd.y, odd.x); // i·odd
      ${output("k")} = turned(even + turn, ${lookUp("p * k")});
      ${output(`(${radix}u - k)`)} = turned(even - turn, ${lookUp(`p * (${radix}u - k)`)});
    }`;
}

/** See ../fourier/bluestein.ts. */
function bluesteinSteps(axis: TileAxis, table: Table): Step[] {
  const { before, length, after } = axis;
  const tables = chirpTables(length);
  const { padded } = tables;
  const chirp = table.place(`chirp ${length}`, () => tables.chirp);
  const response = table.place(`response ${length}`, () => tables.response);
  const convolver = mixedRadixSteps({ before, length: padded, after }, table);
  const size = before * padded * after;
  const spread = {
    count: size,
    size,
    body: `
    let k = (i / ${after}u) % ${padded}u;
    let block = i / ${padded * after}u;
    var z = vec2(0.0, 0.0);
    if (k < ${length}u) {
      let source = src + (block * ${length}u + k) * ${after}u + i % ${after}u;
      z = turned(tile[source], table[${chirp}u + k]);
    }
    tile[dst + i] = z;`,
  };
  const respond = {
    count: size,
    size,
    body: `
    let k = (i / ${after}u) % ${padded}u;
    tile[dst + i] = turned(tile[src + i], table[${response}u + k]).yx; // swapped: the next transform is inverse`,
  };
  const gather = {
    count: before * length * after,
    size: before * length * after,
    body: `
    let k = (i / ${after}u) % ${length}u;
    let block = i / ${length * after}u;
    let source = src + (block * ${padded}u + k) * ${after}u + i % ${after}u;
    tile[dst + i] = turned(tile[source].yx, table[${chirp}u + k]);`,
  };
  return [spread, ...convolver, respond, ...convolver, gather];
}
