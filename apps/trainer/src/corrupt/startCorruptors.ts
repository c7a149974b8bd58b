import { extname } from "node:path";
import { type Chunk, corruptChunk } from "./corruptChunk.ts";

/** Something that corrupts chunks, several at once. */
export interface Corruptors {
  run(chunk: Chunk): Promise<readonly Uint8Array[]>;
  stop(): Promise<void>;
}

/**
 * Starts processes that corrupt chunks; with one job, this one does.
 *
 * Convention: a chunk's result depends on the chunk alone, so the number of jobs changes nothing but time.
 */
export async function startCorruptors(jobs: number): Promise<Corruptors> {
  if (jobs === 1) return { run: corruptChunk, stop: async () => {} };
  const { default: Tinypool } = await import("tinypool");
  const file = `./corruptChunk${extname(import.meta.url)}`; // .ts from the sources, .js from dist
  const pool = new Tinypool({
    filename: new URL(file, import.meta.url).href,
    name: "corruptChunk",
    runtime: "child_process", // threads do not inherit the loader of .ts files; processes do
    serialization: "advanced",
    minThreads: jobs,
    maxThreads: jobs,
  });
  return { run: (chunk) => pool.run(chunk), stop: () => pool.destroy() };
}
