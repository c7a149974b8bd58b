import type { OnProgress } from "@apr-kit/contracts";
import { Presets, SingleBar } from "cli-progress";

/** A bar with an ETA on terminals, a line every few seconds elsewhere; on stderr. */
export interface ProgressBar {
  readonly onProgress: OnProgress;
  readonly stop: () => void;
}

const LINE_EVERY_MS = 5000;

export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const bar = new SingleBar(
    {
      stream,
      format: "  {task} {bar} {percentage}% | {note} | ETA {eta_formatted}",
      etaBuffer: 50,
      barsize: 24,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: LINE_EVERY_MS,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    onProgress({ task, done, total = 0, note = "" }) {
      if (!isStarted) bar.start(total, 0, { task, note });
      isStarted = true;
      bar.update(done, { task, note });
    },
    stop() {
      if (isStarted) bar.stop();
    },
  };
}
