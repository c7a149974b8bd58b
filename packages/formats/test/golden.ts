import { readFileSync } from "node:fs";

/** A file that NumPy or SciPy wrote; golden/makeGolden.py says how. */
export function golden(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./golden/${name}`, import.meta.url)));
}
