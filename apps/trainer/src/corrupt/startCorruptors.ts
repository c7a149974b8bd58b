import { extname } from "node:path";
import { CliError } from "../terminal/cliError.ts";
import { answerChunk, type Chunk, type ChunkAnswer } from "./corruptChunk.ts";

/** Something that corrupts chunks, several at once. */
export interface Corruptors {
  /** One array of all bytes, or with `asJpeg` one JPEG file for each image. */
  run(chunk: Chunk): Promise<readonly Uint8Array[]>;
  stop(): Promise<void>;
}

/**
 * Starts processes that corrupt chunks; with one job, this one does.
 *
 * Convention: a chunk's result depends on the chunk alone, so the number of jobs changes nothing but time.
 *
 * @throws {CliError} CANNOT_CORRUPT from `run`, if the images or photographs cannot be used
 */
export async function startCorruptors(jobs: number): Promise<Corruptors> {
  if (jobs === 1) {
    return { run: async (chunk) => madeOf(await answerChunk(chunk)), stop: async () => {} };
  }
  const { default: Tinypool } = await import("tinypool");
  const file = `./corruptChunk${extname(import.meta.url)}`; // .ts from the sources, .js from dist
  const pool = new Tinypool({
    filename: new URL(file, import.meta.url).href,
    name: answerChunk.name,
    runtime: "child_process", // threads do not inherit the loader of .ts files; processes do
    serialization: "advanced",
    minThreads: jobs,
    maxThreads: jobs,
  });
  return {
    run: async (chunk) => madeOf((await pool.run(chunk)) as ChunkAnswer),
    stop: () => pool.destroy(),
  };
}

function madeOf(answer: ChunkAnswer): readonly Uint8Array[] {
  if ("made" in answer) return answer.made;
  if (answer.isExpected) throw new CliError("CANNOT_CORRUPT", answer.failure, 1);
  throw new Error(answer.failure);
}
