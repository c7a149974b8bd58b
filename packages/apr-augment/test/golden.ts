import { readFileSync } from "node:fs";
import type { PixelBatch } from "@apr-kit/contracts";

/** Reads a file of `test/golden`. */
export function readGolden<TContent>(name: string): TContent {
  const text = readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text) as TContent;
}

export function decodeBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

export function decodeFloats(text: string): Float32Array {
  return new Float32Array(decodeBytes(text).buffer);
}

/** The seed of `makeGolden.py`. */
export const GOLDEN_SEED = 20211;

export type Family = "noise" | "narrow" | "gradient" | "flat";

/** The same pictures that `makeGolden.py` makes by the same formulas. */
export function picture(family: Family, height: number, width: number): PixelBatch {
  const data = new Uint8Array(height * width * 3);
  let state = GOLDEN_SEED;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    const random = state >>> 24;
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    if (family === "noise") data[i] = random;
    else if (family === "narrow") data[i] = Math.floor(random / 3) + 40;
    else if (family === "gradient") data[i] = (3 * y + 5 * x + 40 * channel) % 256;
    else data[i] = [7, 128, 255][channel] as number;
  }
  return { data, shape: [1, height, width, 3] };
}
