import { readFileSync } from "node:fs";
import { createRng, type Rng } from "@apr-kit/contracts";
import { unzipSync, zipSync } from "fflate";
import { readPth, readSafetensors } from "../src/index.ts";

/** What became of the damaged files of one format. */
export interface FuzzFigures {
  cases: number;
  /** Read without complaint: the damage was in numbers or unused bytes. */
  read: number;
  /** Refused with a ValueError. */
  refused: number;
  /** Processor time, which other processes do not lengthen. */
  slowestCpuMs: number;
}

interface Format {
  readonly seeds: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array) => unknown;
}

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./golden/${name}`, import.meta.url)));

const intact = unzipSync(golden("pth/kinds.pth"));
const PICKLE = "kinds/data.pkl";

/** Damage of a whole .pth mostly hits its zip structure, so the pickle inside is also damaged by itself. */
export const formats: Readonly<Record<"pth" | "pickle" | "safetensors", Format>> = {
  pth: {
    seeds: ["kinds", "attack", "module", "no-weights"].map((name) => golden(`pth/${name}.pth`)),
    read: readPth,
  },
  pickle: {
    seeds: [intact[PICKLE] as Uint8Array],
    read: (pickle) => readPth(zipSync({ ...intact, [PICKLE]: pickle }, { level: 0 })),
  },
  safetensors: {
    seeds: ["allconv.safetensors"].map(golden),
    read: readSafetensors,
  },
};

/**
 * Reads `cases` files, each a valid one with damage, and counts what happens.
 *
 * Randomness: the stream { seed, purpose: "fuzz.<format>", sample: case }, so that one case can be redone.
 *
 * @throws {Error} naming the case, if a reader throws anything but a ValueError
 */
export function fuzz(
  name: keyof typeof formats,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): FuzzFigures {
  const { seeds, read } = formats[name];
  const figures: FuzzFigures = { cases, read: 0, refused: 0, slowestCpuMs: 0 };
  for (let sample = 0; sample < cases; sample++) {
    const rng = createRng({ seed, purpose: `fuzz.${name}`, sample });
    const original = seeds[rng.uint32() % seeds.length] as Uint8Array;
    const damaged = damage(original, rng);
    const start = process.cpuUsage();
    try {
      read(damaged);
      figures.read += 1;
    } catch (error) {
      if ((error as Error).name !== "ValueError") {
        throw new Error(`${name}, seed ${seed}, case ${sample}: ${String(error)}`, {
          cause: error,
        });
      }
      figures.refused += 1;
    }
    const { user, system } = process.cpuUsage(start);
    figures.slowestCpuMs = Math.max(figures.slowestCpuMs, (user + system) / 1000);
  }
  return figures;
}

/** One to four changes: bytes, runs, sizes at their limits, cuts, repetitions. */
function damage(original: Uint8Array, rng: Rng): Uint8Array {
  let bytes: Uint8Array = original.slice();
  const changes = 1 + (rng.uint32() % 4);
  for (let i = 0; i < changes && bytes.length > 0; i++) {
    bytes = changeOnce(bytes, rng);
  }
  return bytes;
}

const LIMITS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

function changeOnce(bytes: Uint8Array, rng: Rng): Uint8Array {
  const at = rng.uint32() % bytes.length;
  const length = Math.min(1 + (rng.uint32() % 32), bytes.length - at);
  switch (rng.uint32() % 6) {
    case 0:
      bytes[at] = rng.uint32();
      return bytes;
    case 1:
      bytes[at] = (bytes[at] as number) ^ (1 << (rng.uint32() % 8));
      return bytes;
    case 2: {
      const limit = LIMITS[rng.uint32() % LIMITS.length] as number;
      for (let i = 0; i < Math.min(4, length); i++) bytes[at + i] = limit >>> (8 * i);
      return bytes;
    }
    case 3:
      return bytes.slice(0, at);
    case 4:
      bytes.copyWithin(rng.uint32() % bytes.length, at, at + length);
      return bytes;
    default:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
  }
}
