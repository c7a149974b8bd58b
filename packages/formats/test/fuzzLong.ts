/** @file node --conditions=@apr-kit/source --import tsx packages/formats/test/fuzzLong.ts [CASES [SEED]] */
import { formats, fuzz } from "./fuzz.ts";

const [cases = 100_000, seed = 2] = process.argv.slice(2).map(Number);
const rows = Object.keys(formats).map((name) => [name, fuzz(name, { seed, cases })] as const);
const { maxRSS } = process.resourceUsage();
process.stdout.write(
  `${JSON.stringify({ seed, formats: Object.fromEntries(rows), peakMemoryMB: Math.round(maxRSS / 1024) }, undefined, 1)}\n`,
);
