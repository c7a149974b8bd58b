import type { Worker } from "node:worker_threads";
import { SetupError } from "@apr-kit/contracts";
import type { ReadAnswer, ReadJob, ReadLimits, SentJob } from "./readJob.ts";
import { receiveError } from "./sentError.ts";
import { startThread } from "./startThread.ts";

export interface ReadThreadsOptions extends ReadLimits {
  readonly threads: number;
}

/** Threads that read images. */
export interface ReadThreads {
  /**
   * Reads the files of a job, which each thread helps with after the jobs before it.
   *
   * @param onImage called with each image's pixels and the position of its file
   * @returns false if no thread could be started; nothing has been read then
   * @throws what the first unreadable file causes; then the job's other files are not read any more
   */
  run(job: ReadJob, onImage: (position: number, pixels: Uint8Array) => void): Promise<boolean>;
}

interface OpenJob {
  left: number;
  readonly sent: SentJob;
  readonly onImage: (position: number, pixels: Uint8Array) => void;
  readonly end: (outcome: boolean | Error) => void;
}

/** Longer than a step of training on a slow device; to start a thread costs some 0.2 s of processor time. */
const IDLE_MS = 10_000;
const shared = new Map<string, ReadThreads>();

/**
 * Gives the reading threads with these bounds; sources with equal bounds share them.
 *
 * Convention: threads start with the first job, keep the process alive while there is one only, and end some
 * seconds after the last. `concurrency` and `memoryBytes` are divided among them.
 */
export function readThreads(options: ReadThreadsOptions): ReadThreads {
  const key = JSON.stringify([options.threads, options.concurrency, options.memoryBytes]);
  const found = shared.get(key) ?? createReadThreads(options);
  shared.set(key, found);
  return found;
}

function createReadThreads({ threads, concurrency, memoryBytes }: ReadThreadsOptions): ReadThreads {
  const workers = new Set<Worker>();
  const jobs = new Map<number, OpenJob>();
  const limits: ReadLimits = {
    concurrency: Math.ceil(concurrency / threads),
    memoryBytes: memoryBytes / threads,
  };
  let lastId = 0;
  let canStart = true;
  let idle: NodeJS.Timeout | undefined;

  function add(): void {
    const worker = startThread("readThread", limits);
    if (worker === undefined) {
      canStart = false;
      return;
    }
    let isReady = false;
    const onEnd = (reason: string) => {
      if (!workers.delete(worker)) return; // closed by us, or told before
      if (isReady) endAll(threadEnded(reason)); // with the images that it had taken
      canStart &&= isReady;
      if (workers.size === 0) endAll(false);
    };
    worker.on("message", (answer: ReadAnswer) => {
      if (answer === "ready") isReady = true;
      else take(answer);
    });
    worker.on("error", (error) => onEnd(error.message));
    worker.on("exit", (code) => onEnd(`exit code ${code}`));
    workers.add(worker);
    for (const { sent } of jobs.values()) worker.postMessage(sent);
  }

  function take(answer: Exclude<ReadAnswer, "ready">): void {
    const job = jobs.get(answer.id);
    if (job === undefined) return; // it has failed already
    if ("failure" in answer) {
      job.end(receiveError(answer.failure));
      return;
    }
    job.onImage(answer.position, answer.pixels);
    job.left -= 1;
    if (job.left === 0) job.end(true);
  }

  function endAll(outcome: boolean | Error): void {
    for (const job of jobs.values()) job.end(outcome);
  }

  function onJobEnd(id: number): void {
    jobs.delete(id);
    if (jobs.size > 0) return;
    for (const worker of workers) worker.unref();
    idle = setTimeout(closeAll, IDLE_MS).unref();
  }

  function closeAll(): void {
    for (const worker of workers) worker.postMessage("close");
    workers.clear();
  }

  async function run(job: ReadJob, onImage: OpenJob["onImage"]): Promise<boolean> {
    if (job.files.length === 0) return true;
    clearTimeout(idle);
    const id = ++lastId;
    const next = new Int32Array(new SharedArrayBuffer(4));
    const sent: SentJob = { ...job, id, next };
    for (const worker of workers) {
      worker.ref();
      worker.postMessage(sent);
    }
    const outcome = new Promise<boolean>((resolve, reject) => {
      const end = (result: boolean | Error) => {
        Atomics.store(next, 0, job.files.length);
        onJobEnd(id);
        if (typeof result === "boolean") resolve(result);
        else reject(result);
      };
      jobs.set(id, { left: job.files.length, sent, onImage, end });
    });
    while (canStart && workers.size < Math.min(threads, job.files.length)) add();
    if (workers.size === 0) endAll(false);
    return outcome;
  }
  return { run };
}

function threadEnded(reason: string): SetupError {
  const remedy = "give it more memory, or read with threads: 0";
  return new SetupError("datasets", `a thread that reads images ended (${reason})`, remedy);
}
