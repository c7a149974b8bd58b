import type { Progress } from "@apr-kit/contracts";
import { fetchWheel } from "../../../src/provision/fetchWheel.ts";

/** Fetches the wheel and stands still in the middle of unpacking it. */
function onProgress({ task }: Progress): void {
  if (!task.startsWith("unpacking")) return;
  process.stdout.write("unpacking\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
}

await fetchWheel("cpu", onProgress);
