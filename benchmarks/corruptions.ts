import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { corrupt, corruptions, loadFrostPhotographs, type Severity } from "@apr-kit/corruptions";
import type { BenchResults } from "./bench.ts";
import { syntheticImages } from "./images.ts";
import { measure } from "./measure.ts";
import { startPeer } from "./startPeer.ts";

const SEVERITIES: readonly Severity[] = [1, 2, 3, 4, 5];
const SETS = [
  { side: 32, images: 20, runs: 5 },
  { side: 224, images: 1, runs: 3 },
] as const;

interface Row {
  /** Milliseconds an image, mean over the severities, of one thread's processor time. */
  readonly ours: number;
  readonly python?: number;
  /** Ours to Python's: below 1 we are quicker. */
  readonly ratio?: number;
}

/**
 * Every corruption at 32 and 224 pixels a side, all severities, seeded randomness included, with the
 * reference-style Python (the statement that the package's goldens come from) beside it in turn.
 *
 * Frost takes part where APR_FROST_DIR names the photographs.
 */
export async function corruptionsBench(): Promise<BenchResults> {
  const rows: [string, Row][] = [];
  for (const set of SETS) rows.push(...(await benchSet(set)));
  return Object.fromEntries(rows);
}

async function benchSet({ side, images, runs }: (typeof SETS)[number]): Promise<[string, Row][]> {
  const pixels = syntheticImages(images, side);
  const frostFolder = process.env.APR_FROST_DIR;
  const frost = frostFolder === undefined ? undefined : await loadFrostPhotographs(frostFolder);
  const folder = await mkdtemp(join(tmpdir(), "apr-bench-"));
  await writeFile(join(folder, "images.u8"), pixels.data);
  const given = [join(folder, "images.u8"), `${side}`, ...(frostFolder ? [frostFolder] : [])];
  const peer = await startPeer("referenceStyle.py", given);
  const calls = images * SEVERITIES.length;
  const rows: [string, Row][] = [];
  for (const { name } of corruptions) {
    if (name === "frost" && frost === undefined) continue;
    const ours = async () => {
      for (const severity of SEVERITIES) {
        await corrupt(pixels, { name, severity, seed: 1, ...(frost && { frost }) });
      }
    };
    const candidates: Record<string, () => unknown> = { ours };
    if (peer !== undefined) candidates.python = () => peer.run(name);
    const times = await measure(candidates, { runs, warmup: 1 });
    const [oursMs, pythonMs] = [times.ours, times.python].map((timing) => timing?.cpuMs);
    rows.push([`${name} ${side}`, rowOf(oursMs! / calls, pythonMs && pythonMs / calls)]);
  }
  peer?.stop();
  await rm(folder, { recursive: true });
  const total = (pick: (row: Row) => number | undefined) =>
    rows.reduce((sum, [, row]) => sum + (pick(row) ?? Number.NaN), 0) / rows.length;
  const python = total((row) => row.python);
  const mean = rowOf(
    total((row) => row.ours),
    Number.isNaN(python) ? undefined : python,
  );
  return [...rows, [`mean of ${rows.length} at ${side}`, mean]];
}

function rowOf(ours: number, python: number | undefined): Row {
  return python === undefined ? { ours } : { ours, python, ratio: ours / python };
}
