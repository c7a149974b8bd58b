import { readFileSync } from "node:fs";
import { startEngine } from "@apr-kit/engine";
import { trainingStep } from "./workloads.ts";

await startEngine({ threads: 2 });
const rss = () =>
  ((+readFileSync("/proc/self/statm", "utf8").split(" ")[1]! * 4) / 1024).toFixed(0);
console.log("started", rss());
const step = trainingStep("resnet18", "bfloat16");
console.log("made", rss(), process.memoryUsage());
if (process.env.GC) {
  (globalThis as any).gc();
  await new Promise((r) => setTimeout(r, 200));
  console.log("gc", rss());
}
for (let i = 0; i < 4; i++) {
  step();
  console.log(rss(), (process.memoryUsage().external / 2 ** 20).toFixed(0));
}
console.log(/VmHWM:.*/.exec(readFileSync("/proc/self/status", "utf8"))![0]);
