import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Timing } from "./measure.ts";

/**
 * Times of a peer's script in peers/, run by the Python that $APR_PEER_PYTHON names; none without it.
 *
 * The script runs alone, right after the candidates of the same bench: compare on a quiet machine.
 */
export function peerTimings(script: string, threads: number): Record<string, Timing> {
  const { APR_PEER_PYTHON: python } = process.env;
  if (python === undefined) return {};
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  return JSON.parse(execFileSync(python, [path, String(threads)], { encoding: "utf8" }));
}
