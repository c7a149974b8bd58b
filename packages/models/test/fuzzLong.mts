import { formats, fuzz } from "./fuzz.ts";

/**
 * @file Reads 100,000 damaged files of each format and prints what happened, one JSON line a format:
 *
 *     node --conditions=@apr-kit/source --import tsx packages/models/test/fuzzLong.mts [cases] [seed]
 */
const [cases = "100000", seed = "1"] = process.argv.slice(2);
for (const format of Object.keys(formats) as (keyof typeof formats)[]) {
  const start = performance.now();
  const figures = fuzz(format, { seed: Number(seed), cases: Number(cases) });
  const seconds = (performance.now() - start) / 1000;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ format, ...figures, seconds, peakMegabytes })}\n`);
}
