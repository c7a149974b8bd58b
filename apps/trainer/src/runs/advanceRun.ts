import type { OnProgress } from "@apr-kit/contracts";
import type { ImageDataset } from "@apr-kit/datasets";
import { type StepRecord, train } from "../training/train.ts";
import { type Run, saveRun } from "./runFolder.ts";

/** A finished run: its history and how long the training took, over all sessions. */
export interface TrainedRun {
  readonly history: readonly StepRecord[];
  readonly trainingSeconds: number;
}

/** Takes a run from where it stands to its last step, with checkpoints on the way; SIGINT saves and stops. */
export async function advanceRun(
  run: Run,
  dataset: ImageDataset,
  onProgress: OnProgress,
): Promise<TrainedRun> {
  const { config, model, checkpoint } = run;
  const history = [...run.history];
  const startedMs = performance.now();
  const elapsed = () => checkpoint.trainingSeconds + (performance.now() - startedMs) / 1000;
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once("SIGINT", onSignal);
  try {
    await train({
      config,
      dataset,
      model,
      state: checkpoint.state,
      firstStep: checkpoint.stepsDone,
      onStep: (record) => history.push(record),
      onCheckpoint: (stepsDone) =>
        saveRun(run, { state: checkpoint.state, stepsDone, trainingSeconds: elapsed() }, history),
      onProgress,
      signal: interrupt.signal,
    });
  } finally {
    process.off("SIGINT", onSignal);
  }
  const isResumedWhole = checkpoint.stepsDone === config.training.steps;
  return { history, trainingSeconds: isResumedWhole ? checkpoint.trainingSeconds : elapsed() };
}

/** Frees the run's tensors. */
export function closeRun({ checkpoint: { state } }: Run): void {
  for (const variable of state.parameters.values()) variable.dispose();
  for (const variable of state.velocities.values()) variable.dispose();
}
