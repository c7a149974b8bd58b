import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import type { CorruptionName, Severity } from "@apr-kit/corruptions";
import { eachBounded } from "./eachBounded.ts";
import type { SetWork } from "./setWork.ts";

const CHUNK_BYTES = 1.5e6;
const BLOCKS_AT_ONCE = 2; // the second is read while the first is worked on

interface Cell {
  readonly name: CorruptionName;
  readonly severity: Severity;
}

/**
 * Makes a set as ImageNet-C is laid out: CORRUPTION/SEVERITY/CLASS/NAME.JPEG, quality 85.
 *
 * Convention: a clean image is read once for all its cells. A file has its name only when it is whole, so a
 * stopped run goes on with the files that are not there.
 */
export async function writeImageNetC(work: SetWork): Promise<void> {
  const { cells, clean } = work;
  const { files } = work.record();
  const todo: readonly Cell[] = cells.names
    .flatMap((name) => cells.severities.map((severity) => ({ name, severity })))
    .filter((cell) => files[folderOf(cell)] === undefined);
  const there = new Map<Cell, ReadonlySet<string>>();
  for (const cell of todo) there.set(cell, await filesBelow(join(work.directory, folderOf(cell))));

  const chunk = Math.max(1, Math.floor(CHUNK_BYTES / (clean.side ** 2 * 3)));
  const starts = Array.from({ length: Math.ceil(clean.images / chunk) }, (_, k) => k * chunk);
  work.expect(todo.length * clean.images);
  await eachBounded(starts, BLOCKS_AT_ONCE, async (start) => {
    const count = Math.min(chunk, clean.images - start);
    const block = Array.from({ length: count }, (_, i) => start + i);
    let read: Promise<Uint8Array> | undefined;
    const pixels = () => {
      read ??= clean.source.read(block).then(({ images }) => images.data);
      return read;
    };
    await eachBounded(todo, work.jobs + 1, async (cell) => {
      const missing = block.filter((index) => !there.get(cell)!.has(pathOf(work, index)));
      if (missing.length > 0) await writeImages(work, cell, missing, start, await pixels());
      work.advance(count, cell.name, cell.severity);
    });
  });
  for (const cell of todo) await work.finished(folderOf(cell), await hashOf(work, cell));
}

async function writeImages(
  work: SetWork,
  cell: Cell,
  samples: readonly number[],
  start: number,
  block: Uint8Array,
): Promise<void> {
  const size = work.clean.side ** 2 * 3;
  const pixels = new Uint8Array(samples.length * size);
  for (const [i, index] of samples.entries()) {
    pixels.set(block.subarray((index - start) * size, (index - start + 1) * size), i * size);
  }
  const files = await work.corrupt({ ...cell, samples, pixels, asJpeg: true });
  for (const [i, index] of samples.entries()) {
    const path = join(work.directory, folderOf(cell), pathOf(work, index));
    await writeWhole(path, files[i]!);
  }
}

/** Not flushed to the disk one by one, which would take longer than making them: an empty file is made again. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
  } catch (cause) {
    const { code = "unknown reason" } = cause as NodeJS.ErrnoException;
    const problem = `cannot write ${path} (${code})`;
    const remedy = "free some space, or give another --out; finished files are kept";
    throw new SetupError("apr corrupt", problem, remedy, { cause });
  }
}

/** Paths, CLASS/NAME.JPEG, of the files that hold something. */
async function filesBelow(folder: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for (const owner of await readdir(folder).catch(() => [])) {
    for (const file of await readdir(join(folder, owner))) {
      const { size } = await stat(join(folder, owner, file));
      if (size > 0) paths.add(`${owner}/${file}`);
    }
  }
  return paths;
}

async function hashOf(work: SetWork, cell: Cell): Promise<string> {
  const folder = join(work.directory, folderOf(cell));
  const paths = Array.from({ length: work.clean.images }, (_, index) => pathOf(work, index)).sort();
  const list = createHash("sha256");
  for (const path of paths) {
    const sum = createHash("sha256").update(await readFile(join(folder, path)));
    list.update(`${sum.digest("hex")}  ${path}\n`);
  }
  return list.digest("hex");
}

function pathOf({ clean }: SetWork, index: number): string {
  return `${clean.classes[clean.source.labels[index]!]}/${clean.nameOf(index)}.JPEG`;
}

function folderOf({ name, severity }: Cell): string {
  return `${name}/${severity}`;
}
