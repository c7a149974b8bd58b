/** @file `peakMemory.ts NAME PRECISION THREADS`: takes three training steps, prints { peakBytes, startBytes } as JSON. */
import { readFileSync } from "node:fs";
import { type Precision, startEngine } from "@apr-kit/engine";
import { trainingStep } from "../workloads.ts";

const [name = "", precision = "", threads = ""] = process.argv.slice(2);
await startEngine({ threads: Number(threads) });
const startBytes = process.memoryUsage.rss();
const step = trainingStep(name, precision as Precision);
for (let i = 0; i < 3; i++) step();
process.stdout.write(JSON.stringify({ peakBytes: peakBytes(), startBytes }));

/** The most memory that this process has held, as the system tells it: Linux only. */
function peakBytes(): number {
  const line = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return 1024 * Number(line?.[1]);
}
