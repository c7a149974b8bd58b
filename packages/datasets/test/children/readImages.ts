/** Reads a folder and two archives of it on threads and without, and prints what came and how often threads began. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { type ImageFilesSource, loadImageFolder, streamBatches } from "../../src/index.ts";

const wait = globalThis.setTimeout;
const hurry = (task: () => void, delayMs: number) => wait(task, delayMs / 20);
globalThis.setTimeout = hurry as typeof wait; // idle threads end sooner

const [directory = "", mode = ""] = process.argv.slice(2);
const started: Promise<unknown>[] = [];
process.on("worker", (worker: Worker) => {
  started.push(once(worker, "exit"));
});

const open = (place: string, threads: number) =>
  loadImageFolder(place, { folder: "set", view: { resize: 20, crop: 16 }, threads });

async function digest(source: ImageFilesSource): Promise<string> {
  const hash = createHash("sha256");
  for await (const { images, labels } of streamBatches(source, { batchSize: 7 })) {
    hash.update(images.data).update(labels);
  }
  return hash.digest("hex");
}

function told(error: unknown): object {
  const { name, message, code, cause } = error as Error & { readonly code?: string };
  const kind = (error as object).constructor.name;
  return { kind, name, message, code, cause: cause === undefined ? null : told(cause) };
}

async function report(threads: number): Promise<object> {
  const digests: string[] = [];
  for (const place of ["", ".tar", ".zip"])
    digests.push(await digest(await open(`${directory}/good${place}`, threads)));
  const broken = await open(`${directory}/broken`, threads);
  const errors: object[] = [];
  for (const index of broken.files.keys()) {
    errors.push(await broken.read([index]).then(() => "read" as never, told));
  }
  const whole = await loadImageFolder(`${directory}/good`, {
    folder: "set/b",
    layout: "flat",
    threads,
  });
  const { images } = await whole.read([0]); // neither resized nor cut
  return { digests, errors, whole: createHash("sha256").update(images.data).digest("hex") };
}

if (mode === "compare") {
  await report(0);
  started.length = 0; // the loader of .ts files may have started one of its own
  const here = await report(0);
  const startedHere = started.length;
  const beside = await report(2);
  const ended = await Promise.race([
    Promise.all(started).then(() => true),
    new Promise((resolve) => wait(() => resolve(false), 20_000)),
  ]);
  const again = await digest(await open(`${directory}/good`, 2));
  process.stdout.write(
    JSON.stringify({ here, beside, again, startedHere, ended, started: started.length }),
  );
  process.exit(0);
} else {
  const source = await open(`${directory}/good`, 2);
  for await (const { step } of streamBatches(source, { batchSize: 3 })) {
    if (step === 1) break; // others are being read
  }
  process.stdout.write(String(started.length));
}
