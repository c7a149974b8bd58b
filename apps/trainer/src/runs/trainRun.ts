import { join } from "node:path";
import { loadConfigFile, loadPreset } from "../config/loadConfig.ts";
import { percent, printJson, printLine } from "../terminal/output.ts";
import { advanceRun, closeRun } from "./advanceRun.ts";
import { clearRun, openRun } from "./runFolder.ts";
import { loadDataset, type SessionOptions, startSession } from "./session.ts";

export interface TrainRunOptions extends SessionOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly seed?: number;
  readonly steps?: number;
  readonly validation?: number;
  readonly out?: string;
  readonly fresh: boolean;
  readonly json?: boolean;
}

/** Trains, or goes on training, one run; prints where it lies and how it ended. */
export async function trainRun(options: TrainRunOptions): Promise<void> {
  const overrides = {
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.steps === undefined ? {} : { training: { steps: options.steps } }),
    ...(options.validation === undefined ? {} : { validation: { size: options.validation } }),
  };
  const config =
    options.config === undefined
      ? await loadPreset(options.preset ?? "", overrides)
      : await loadConfigFile(options.config, options.config, overrides);
  const directory = options.out ?? join("runs", `${config.name}-seed${config.seed}`);

  const session = await startSession(options);
  if (options.fresh) await clearRun(directory);
  const run = await openRun(directory, config);
  const { stepsDone } = run.checkpoint;
  if (stepsDone > 0) session.bars.say(`resuming ${directory} after step ${stepsDone}`);
  const dataset = await loadDataset(config.dataset, session);
  const { history, trainingSeconds } = await advanceRun(run, dataset, session.bars.onProgress);
  session.bars.stop();
  closeRun(run);

  const last = history.at(-1);
  if (options.json)
    return printJson({ directory, config, engine: session.engine, trainingSeconds, last });
  printLine(`${directory}: ${config.training.steps} steps in ${Math.round(trainingSeconds)} s`);
  if (last) printLine(`last batch: loss ${last.loss.toFixed(4)}, error ${percent(last.errorRate)}`);
  if (last?.validation) {
    const { loss, errorRate } = last.validation;
    const { size } = config.validation;
    printLine(`${size} held-out images: loss ${loss.toFixed(4)}, error ${percent(errorRate)}`);
  }
  printLine(`next: apr evaluate ${directory}`);
}
