/** @file The entry of a reading thread: takes images from the jobs it is told of, in their order. */
import { parentPort, workerData } from "node:worker_threads";
import { readLocation } from "../archives/fileLocation.ts";
import { readImageFile } from "../folder/readImageFile.ts";
import { createWeightGate } from "../folder/weightGate.ts";
import type { ReadAnswer, ReadLimits, SentJob } from "./readJob.ts";
import { sendError } from "./sentError.ts";

if (parentPort === null) throw new Error("internal: readThread runs as a thread only");
const port = parentPort;
const { concurrency, memoryBytes } = workerData as ReadLimits;
const memory = createWeightGate(memoryBytes);
const jobs: SentJob[] = [];
let lanes = 0;

port.on("message", (job: SentJob | "close") => {
  if (job === "close") {
    port.close(); // the thread ends with what it has begun
    return;
  }
  jobs.push(job);
  const wanted = Math.min(concurrency, job.files.length);
  for (let free = wanted - lanes; free > 0; free--) void runLane();
});
port.postMessage("ready" satisfies ReadAnswer);

/** One image after the other, until there is none. */
async function runLane(): Promise<void> {
  lanes += 1;
  for (let job = jobs[0]; job !== undefined; job = jobs[0]) {
    const position = Atomics.add(job.next, 0, 1);
    const file = job.files[position];
    if (file !== undefined) await answer(job, position, file);
    else if (jobs[0] === job) jobs.shift();
  }
  lanes -= 1;
}

async function answer(job: SentJob, position: number, file: SentJob["files"][number]) {
  const { id, next, files } = job;
  const read = () => readLocation(file.location);
  try {
    const { data } = await readImageFile({ name: file.name, read }, { ...job, memory });
    send({ id, position, pixels: data });
  } catch (error) {
    Atomics.store(next, 0, files.length); // the rest is not worth reading
    port.postMessage({ id, failure: sendError(error) } satisfies ReadAnswer);
  }
}

/** Hands the pixels over; those of an image that is neither resized nor cut belong to sharp and are copied. */
function send(message: Extract<ReadAnswer, { readonly pixels: Uint8Array }>): void {
  try {
    port.postMessage(message, [message.pixels.buffer as ArrayBuffer]);
  } catch {
    port.postMessage(message);
  }
}
