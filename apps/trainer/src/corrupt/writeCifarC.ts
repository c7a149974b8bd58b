import { open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishFile, sha256File } from "@apr-kit/cache";
import type { CorruptionName, Severity } from "@apr-kit/corruptions";
import { npyHeader, writeNpy } from "@apr-kit/formats";
import { CliError } from "../terminal/cliError.ts";
import { eachBounded } from "./eachBounded.ts";
import type { SetWork } from "./setWork.ts";

const SEVERITIES: readonly Severity[] = [1, 2, 3, 4, 5];
const CHUNK_BYTES = 1.5e6; // some tenths of a second of work
const CELLS_AT_ONCE = 2; // the second fills the threads while the first ends

/**
 * Makes a set as CIFAR-10-C is laid out: NAME.npy, [5 · images, side, side, 3], and labels.npy.
 *
 * Convention: each severity is kept as a file of its own in `.cells` until its corruption is whole, so a
 * stopped run goes on after the last of them.
 *
 * @throws {CliError} BAD_CELLS if severities are missing or there are more classes than a byte can say
 */
export async function writeCifarC(work: SetWork): Promise<void> {
  const { directory, clean, cells } = work;
  if (cells.severities.length !== SEVERITIES.length) {
    throw new CliError(
      "BAD_CELLS",
      "files of the layout cifar-c hold all five severities; leave out --severities, or use --layout imagenet-c",
    );
  }
  if (clean.classes.length > 256) {
    throw new CliError(
      "BAD_CELLS",
      "labels of the layout cifar-c are bytes; use --layout imagenet-c",
    );
  }
  await writeLabels(work);
  const missing = cells.names.filter((name) => work.record().files[`${name}.npy`] === undefined);
  const pending = new Map(missing.map((name) => [name, SEVERITIES.length]));
  const todo = missing.flatMap((name) => SEVERITIES.map((severity) => ({ name, severity })));
  work.expect(todo.length * clean.images);
  await eachBounded(todo, CELLS_AT_ONCE, async ({ name, severity }) => {
    const file = cellFile(directory, name, severity);
    const bytes = clean.images * clean.side ** 2 * 3;
    if ((await sizeOf(file)) === bytes) work.advance(clean.images, name, severity);
    else await writeCell(work, name, severity, file);
    pending.set(name, pending.get(name)! - 1);
    if (pending.get(name) === 0) await join5(work, name);
  });
  await rm(join(directory, ".cells"), { recursive: true, force: true });
}

async function writeCell(
  work: SetWork,
  name: CorruptionName,
  severity: Severity,
  file: string,
): Promise<void> {
  const { images, side, source } = work.clean;
  const size = side * side * 3;
  const cell = new Uint8Array(images * size);
  const chunk = Math.max(1, Math.floor(CHUNK_BYTES / size));
  const starts = Array.from({ length: Math.ceil(images / chunk) }, (_, k) => k * chunk);
  await eachBounded(starts, work.jobs + 1, async (start) => {
    const count = Math.min(chunk, images - start);
    const samples = Array.from({ length: count }, (_, i) => start + i);
    const { data } = (await source.read(samples)).images;
    const [made] = await work.corrupt({ pixels: data, samples, name, severity, asJpeg: false });
    cell.set(made!, start * size);
    work.advance(count, name, severity);
  });
  await publishFile(file, (temporary) => writeFile(temporary, cell));
}

/** One .npy of five severities. */
async function join5(work: SetWork, name: CorruptionName): Promise<void> {
  const { directory, clean } = work;
  const { images, side } = clean;
  const target = join(directory, `${name}.npy`);
  await publishFile(target, async (temporary) => {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(npyHeader("uint8", [SEVERITIES.length * images, side, side, 3]));
      for (const severity of SEVERITIES) {
        await handle.writeFile(await readFile(cellFile(directory, name, severity)));
      }
    } finally {
      await handle.close();
    }
  });
  await work.finished(`${name}.npy`, await sha256File(target));
  for (const severity of SEVERITIES) await rm(cellFile(directory, name, severity));
}

async function writeLabels(work: SetWork): Promise<void> {
  if (work.record().files["labels.npy"] !== undefined) return;
  const { images, source } = work.clean;
  const labels = new Uint8Array(SEVERITIES.length * images);
  for (let i = 0; i < labels.length; i++) labels[i] = source.labels[i % images]!;
  const target = join(work.directory, "labels.npy");
  await publishFile(target, (temporary) => writeFile(temporary, writeNpy(labels, [labels.length])));
  await work.finished("labels.npy", await sha256File(target));
}

function cellFile(directory: string, name: CorruptionName, severity: Severity): string {
  return join(directory, ".cells", `${name}-${severity}.u8`);
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}
