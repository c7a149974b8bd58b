import { corrupt } from "@apr-kit/corruptions";
import { benchmarkCorruptions } from "@apr-kit/metrics";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure } from "./measure.ts";

/** Each corruption but frost on 20 images of 32×32, severity 3. */
export async function corruptionsBench(): Promise<BenchResults> {
  const pixels = syntheticImages(20, 32);
  const names = benchmarkCorruptions.filter((name) => name !== "frost");
  const candidates = Object.fromEntries(
    names.map((name) => [
      name,
      () => corrupt(pixels, { name, severity: 3, table: "cifar", seed: 1 }),
    ]),
  );
  return measure(candidates, { runs: 10, warmup: 1 });
}
