/** @file `pnpm bench NAME [--json] [--profile] [--engine NAME] [--threads N]`. */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startEngine } from "@apr-kit/engine";
import { augmentBench } from "./augment.ts";
import type { Bench, BenchResults } from "./bench.ts";
import { corruptionsBench } from "./corruptions.ts";
import { fftBench } from "./fft.ts";
import { heatmapBench } from "./heatmap.ts";
import { lossEqualityBench } from "./lossEquality.ts";
import { metricsBench } from "./metrics.ts";
import { trainingMemoryBench } from "./trainingMemory.ts";
import { trainingStepBench } from "./trainingStep.ts";

const benches: Readonly<Record<string, Bench>> = {
  augment: augmentBench,
  corruptions: corruptionsBench,
  fft: fftBench,
  heatmap: heatmapBench,
  "loss-equality": lossEqualityBench,
  metrics: metricsBench,
  "training-memory": trainingMemoryBench,
  "training-step": trainingStepBench,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    engine: { type: "string", default: "auto" },
    threads: { type: "string", default: "2" },
  },
});
const name = positionals[0] ?? "";
const bench = benches[name];
if (bench === undefined) {
  console.error(`bench: expected one of ${Object.keys(benches).join(", ")}, got "${name}"`);
  process.exit(2);
}

const threads = Number(values.threads);
const engine = await startEngine({ engine: values.engine as "auto", threads });
const results = await bench({ profile: values.profile });
const setting = {
  engine: engine.engine,
  version: engine.version,
  threads: engine.threads,
  processor: cpus()[0]?.model,
  node: process.versions.node,
};
if (values.json) {
  console.log(
    JSON.stringify({ bench: name, date: new Date().toISOString(), setting, results }, undefined, 2),
  );
} else {
  console.log(
    `${name} on ${setting.engine} ${setting.version}, ${setting.threads} threads, ${setting.processor}`,
  );
  printResults(results);
}

/** One table of all candidates; lists within a candidate become tables of their own. */
function printResults(results: BenchResults): void {
  const rows = Object.entries(results).map(([candidate, figures]) => {
    const entries = Object.entries(figures);
    return [candidate, Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value)))];
  });
  console.table(Object.fromEntries(rows));
  for (const [candidate, figures] of Object.entries(results)) {
    for (const [name, list] of Object.entries(figures)) {
      if (!Array.isArray(list)) continue;
      console.log(`${candidate}: ${name}`);
      console.table(list);
    }
  }
}
