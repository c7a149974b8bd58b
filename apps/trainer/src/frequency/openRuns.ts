import { basename } from "node:path";
import type { ImageDataset } from "@apr-kit/datasets";
import { closeRun } from "../runs/advanceRun.ts";
import { loadFinishedRun } from "../runs/loadFinishedRun.ts";
import type { Run } from "../runs/runFolder.ts";
import { loadDataset, type Session, type SessionOptions, startSession } from "../runs/session.ts";
import { CliError } from "../terminal/cliError.ts";

/** Finished runs of one data set, beside each other. */
export interface OpenRuns {
  readonly runs: readonly Run[];
  /** What charts and tables call them: the last part of each path. */
  readonly names: readonly string[];
  readonly dataset: ImageDataset;
  readonly session: Session;
}

/**
 * Opens runs for a measurement of all of them, and closes them after it.
 *
 * @throws {CliError} SAME_NAME if two of them could not be told apart, or as loadFinishedRun does
 */
export async function withRuns<TResult>(
  directories: readonly string[],
  options: SessionOptions,
  measure: (open: OpenRuns) => Promise<TResult>,
): Promise<TResult> {
  const names = directories.map((each) => basename(each));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new CliError("SAME_NAME", `expected runs of different names, got "${repeated}" twice`);
  }
  const session = await startSession(options);
  const runs: Run[] = [];
  try {
    for (const each of directories) runs.push(await loadFinishedRun(each));
    const dataset = await loadDataset(runs[0]!.config.dataset, session);
    return await measure({ runs, names, dataset, session });
  } finally {
    runs.forEach(closeRun);
  }
}
