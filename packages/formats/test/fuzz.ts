import { createRng, type Rng } from "@apr-kit/contracts";
import { readIdx, readMat, readNpy, readNpz, readPickle } from "../src/index.ts";
import { golden } from "./golden.ts";

/** What became of the damaged files of one format. */
export interface FuzzFigures {
  readonly cases: number;
  /** Read without complaint: the damage was in numbers or unused bytes. */
  readonly read: number;
  /** Refused with a ValueError. */
  readonly refused: number;
  /** Processor time, which other processes do not lengthen. */
  readonly slowestCpuMs: number;
}

interface Format {
  readonly files: readonly string[];
  readonly read: (bytes: Uint8Array) => unknown;
}

/** The readers, and intact files of each. */
export const formats: Readonly<Record<string, Format>> = {
  npy: { files: ["int16.npy", "bigEndianFortran.npy", "empty.npy", "version3.npy"], read: readNpy },
  npz: { files: ["plain.npz", "compressed.npz"], read: readNpz },
  idx: { files: ["uint8.idx", "float64.idx"], read: readIdx },
  mat: { files: ["svhn.mat", "kinds.mat", "compressed.mat"], read: readMat },
  pickle: {
    files: ["cifar.python2.pkl", "protocol2.pkl", "protocol4.pkl", "protocol5.pkl", "print.pkl"],
    read: (bytes) => readPickle(bytes, { strings: "latin1" }),
  },
};

/**
 * Reads `cases` files, each an intact one with damage, and counts what happens.
 *
 * Randomness: the stream { seed, purpose: "fuzz.<format>", sample: case }, so that one case can be redone.
 *
 * @throws {Error} naming the case, if a reader throws anything but a ValueError
 */
export function fuzz(
  name: string,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): FuzzFigures {
  const { files, read } = formats[name] as Format;
  const intact = files.map(golden);
  let [readCount, refused, slowestCpuMs] = [0, 0, 0];
  for (let sample = 0; sample < cases; sample++) {
    const rng = createRng({ seed, purpose: `fuzz.${name}`, sample });
    const damaged = damage(intact[rng.integer(intact.length)] as Uint8Array, rng);
    const start = process.cpuUsage();
    try {
      read(damaged);
      readCount++;
    } catch (error) {
      if ((error as Error).name !== "ValueError") {
        throw new Error(`${name}, seed ${seed}, case ${sample}: ${error}`, { cause: error });
      }
      refused++;
    }
    const { user, system } = process.cpuUsage(start);
    slowestCpuMs = Math.max(slowestCpuMs, (user + system) / 1000);
  }
  return { cases, read: readCount, refused, slowestCpuMs };
}

/** One to four changes: of a byte, a bit, a size to its limits, a cut, a repetition, a loss. */
function damage(intact: Uint8Array, rng: Rng): Uint8Array {
  let bytes = intact.slice();
  for (let left = 1 + rng.integer(4); left > 0 && bytes.length > 0; left--) {
    bytes = changed(bytes, rng);
  }
  return bytes;
}

const LIMITS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

function changed(bytes: Uint8Array<ArrayBuffer>, rng: Rng): Uint8Array<ArrayBuffer> {
  const at = rng.integer(bytes.length);
  const length = Math.min(1 + rng.integer(32), bytes.length - at);
  const kind = rng.integer(6);
  if (kind === 0) bytes[at] = rng.integer(256);
  if (kind === 1) bytes[at] = (bytes[at] as number) ^ (1 << rng.integer(8));
  if (kind === 2) {
    const limit = LIMITS[rng.integer(LIMITS.length)] as number;
    for (let i = 0; i < Math.min(4, length); i++) bytes[at + i] = limit >>> (8 * i);
  }
  if (kind === 3) return bytes.slice(0, at);
  if (kind === 4) bytes.copyWithin(rng.integer(bytes.length), at, at + length);
  if (kind === 5)
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
  return bytes;
}
