import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { publishFile } from "@apr-kit/cache";
import type { RobustnessStep } from "@apr-kit/metrics/attacks";

/** A finished batch, as stored. */
export interface StoredStep {
  readonly step: RobustnessStep;
  readonly seconds: number;
}

/** The stored part of one attack: `settings.json` and one file a batch. */
export interface AttackFolder {
  readonly directory: string;
  readonly steps: readonly StoredStep[];
}

const SETTINGS = "settings.json";

/**
 * Opens the folder of an attack. What other settings left there is removed.
 *
 * @param settings all that decides the result; plain JSON
 */
export async function openAttackFolder(
  directory: string,
  settings: object,
  { fresh }: { readonly fresh: boolean },
): Promise<AttackFolder> {
  const stored = await readJson(join(directory, SETTINGS));
  if (fresh || !isDeepStrictEqual(stored, settings)) {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    await writeJson(join(directory, SETTINGS), settings);
    return { directory, steps: [] };
  }
  const present = new Set(await readdir(directory));
  const steps: StoredStep[] = [];
  while (present.has(stepFile(steps.length))) {
    const path = join(directory, stepFile(steps.length));
    const step = (await readJson(path)) as StoredStep | undefined;
    if (step === undefined) break;
    steps.push(step);
  }
  return { directory, steps };
}

/** Stores the batch that follows `steps`; a reader sees all of it or nothing. */
export async function storeStep(
  { directory, steps }: AttackFolder,
  step: StoredStep,
): Promise<AttackFolder> {
  await writeJson(join(directory, stepFile(steps.length)), step);
  return { directory, steps: [...steps, step] };
}

/** Writes a document atomically. */
export function writeJson(path: string, document: object): Promise<void> {
  return publishFile(path, (file) =>
    writeFile(file, `${JSON.stringify(document, undefined, 2)}\n`),
  );
}

function stepFile(index: number): string {
  return `batch-${String(index).padStart(4, "0")}.json`;
}

/** The document at `path`; nothing where it is missing or damaged. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
