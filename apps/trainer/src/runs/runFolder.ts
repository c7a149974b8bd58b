import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { publishFile } from "@apr-kit/cache";
import { findDataset } from "@apr-kit/datasets";
import { initialParameters, type Model } from "@apr-kit/models";
import { parseConfig } from "../config/loadConfig.ts";
import type { RunConfig } from "../config/schema.ts";
import { CliError } from "../terminal/cliError.ts";
import { fixPrecision } from "../training/fixedPrecision.ts";
import { createVelocities } from "../training/sgd.ts";
import type { StepRecord } from "../training/train.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { createRunModel } from "./createRunModel.ts";

/** A run on disk: `config.json`, `history.ndjson` and `checkpoint.safetensors` in one folder. */
export interface Run {
  readonly directory: string;
  readonly config: RunConfig;
  readonly model: Model;
  readonly checkpoint: Checkpoint;
  readonly history: readonly StepRecord[];
}

const CONFIG = "config.json";
const HISTORY = "history.ndjson";
export const CHECKPOINT = "checkpoint.safetensors";

/**
 * Opens the run of configuration `wanted` in `directory`, where it was left or at its start.
 *
 * @throws {CliError} RUN_EXISTS if the folder holds a run of another configuration
 * @throws {SetupError} if its checkpoint is damaged
 */
export async function openRun(directory: string, wanted: RunConfig): Promise<Run> {
  const config = fixPrecision(wanted);
  const found = await readIfThere(join(directory, CONFIG));
  if (found === undefined) {
    createRunModel(config); // refuses what it does not know, before anything is written
    await mkdir(directory, { recursive: true });
    await publish(directory, CONFIG, `${JSON.stringify(config, undefined, 2)}\n`);
  } else if (!isDeepStrictEqual(parseStored(found, join(directory, CONFIG)), config)) {
    throw new CliError(
      "RUN_EXISTS",
      `${directory} holds a run of another configuration; give another --out, or --fresh to replace it`,
    );
  }
  return loadRun(directory);
}

/**
 * Opens the run in `directory` by what it says of itself.
 *
 * @throws {CliError} NO_RUN if there is none
 */
export async function loadRun(directory: string): Promise<Run> {
  const text = await readIfThere(join(directory, CONFIG));
  if (text === undefined) {
    throw new CliError("NO_RUN", `expected a run folder (with ${CONFIG}), got ${directory}`);
  }
  const config = parseStored(text, join(directory, CONFIG));
  const model = createRunModel(config);
  const bytes = await readIfThere(join(directory, CHECKPOINT));
  if (bytes === undefined) {
    const parameters = initialParameters(model, { seed: config.seed });
    const state = { parameters, velocities: createVelocities(parameters) };
    const checkpoint = { state, stepsDone: 0, trainingSeconds: 0 };
    return { directory, config, model, checkpoint, history: [] };
  }
  const checkpoint = decodeCheckpoint(model, bytes, join(directory, CHECKPOINT));
  const history = await readHistory(directory, checkpoint.stepsDone);
  return { directory, config, model, checkpoint, history };
}

/** Stores a moment of the run; a reader sees the former moment or this one, never a mixture. */
export async function saveRun(
  { directory, model, config }: Run,
  checkpoint: Checkpoint,
  history: readonly StepRecord[],
): Promise<void> {
  const lines = history.map((record) => `${JSON.stringify(record)}\n`).join("");
  await publish(directory, HISTORY, lines); // first: a reader takes only the checkpoint's steps of it
  const { facts } = findDataset(config.dataset);
  await publish(directory, CHECKPOINT, await encodeCheckpoint(model, facts, checkpoint));
}

/** Removes what a run left in a folder, and nothing else. */
export async function clearRun(directory: string): Promise<void> {
  for (const file of [CHECKPOINT, HISTORY, CONFIG])
    await rm(join(directory, file), { force: true });
}

async function readHistory(directory: string, steps: number): Promise<StepRecord[]> {
  const path = join(directory, HISTORY);
  const lines = ((await readIfThere(path))?.toString() ?? "").split("\n").slice(0, steps);
  return lines.filter((line) => line !== "").map((line) => parseJson(line, path) as StepRecord);
}

/** A stored configuration; what it lacks, because it is older, has its default. */
function parseStored(text: Buffer, path: string): RunConfig {
  return parseConfig(parseJson(text.toString(), path), path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError("DAMAGED", `${path} is not valid JSON: ${(cause as Error).message}`);
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function publish(directory: string, name: string, content: string | Uint8Array): Promise<void> {
  return publishFile(join(directory, name), (temporary) => writeFile(temporary, content));
}
