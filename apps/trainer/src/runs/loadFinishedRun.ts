import { CliError } from "../terminal/cliError.ts";
import { closeRun } from "./advanceRun.ts";
import { loadRun, type Run } from "./runFolder.ts";

/**
 * Opens a run that has been trained to its last step.
 *
 * @throws {CliError} NO_RUN if there is none, UNFINISHED if steps are missing
 */
export async function loadFinishedRun(directory: string): Promise<Run> {
  const run = await loadRun(directory);
  const { stepsDone } = run.checkpoint;
  const { steps } = run.config.training;
  if (stepsDone === steps) return run;
  closeRun(run);
  throw new CliError(
    "UNFINISHED",
    `${directory}: expected a finished run, got ${stepsDone} of ${steps} steps; finish it with apr train`,
  );
}
