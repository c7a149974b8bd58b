import type { OnProgress, Progress } from "@apr-kit/contracts";
import { Presets, SingleBar } from "cli-progress";

/** Shows progress of tasks, one bar a task, with an ETA; on pipes a line every few seconds instead. */
export interface Bars {
  readonly onProgress: OnProgress;
  /** Ends the current bar; call before printing results. */
  stop(): void;
  /** Prints one line beside the bars. */
  say(line: string): void;
}

const LINE_INTERVAL_MS = 5000;

/** Bars on a terminal, sparse lines elsewhere; always on stderr, so that stdout stays for results. */
export function createBars(stream: NodeJS.WriteStream = process.stderr): Bars {
  return stream.isTTY ? terminalBars(stream) : plainLines(stream);
}

function terminalBars(stream: NodeJS.WriteStream): Bars {
  let bar: SingleBar | undefined;
  let current: string | undefined;
  function stop(): void {
    bar?.stop();
    bar = undefined;
    current = undefined;
  }
  function onProgress(progress: Progress): void {
    const total = progress.total ?? 0;
    if (progress.task !== current) {
      stop();
      current = progress.task;
      bar = new SingleBar(
        {
          stream,
          format: "  {task} {bar} {percentage}% | {amount} | ETA {eta_formatted} {note}",
          etaBuffer: 50,
          barsize: 24,
          hideCursor: true,
          fps: 5,
        },
        Presets.shades_classic,
      );
      bar.start(total, 0, { task: progress.task, amount: "", note: "" });
    }
    bar?.setTotal(total);
    bar?.update(progress.done, { amount: amount(progress), note: progress.note ?? "" });
  }
  function say(line: string): void {
    stop();
    stream.write(`${line}\n`);
  }
  return { onProgress, stop, say };
}

function plainLines(stream: NodeJS.WriteStream): Bars {
  let current: string | undefined;
  let startedMs = 0;
  let printedMs = 0;
  function onProgress(progress: Progress): void {
    const nowMs = Date.now();
    const isNew = progress.task !== current;
    if (isNew) {
      current = progress.task;
      startedMs = nowMs;
    }
    const isDone = progress.done === progress.total;
    if (!isNew && !isDone && nowMs - printedMs < LINE_INTERVAL_MS) return;
    printedMs = nowMs;
    const note = progress.note === undefined ? "" : ` ${progress.note}`;
    stream.write(
      `  ${progress.task} ${amount(progress)}${eta(progress, nowMs - startedMs)}${note}\n`,
    );
  }
  return { onProgress, stop() {}, say: (line) => stream.write(`${line}\n`) };
}

function eta({ done, total }: Progress, elapsedMs: number): string {
  if (total === undefined || done === 0 || done === total) return "";
  const seconds = Math.round((elapsedMs / 1000 / done) * (total - done));
  return `, ETA ${seconds} s`;
}

function amount({ done, total, unit }: Progress): string {
  const scale = unit === "bytes" ? 1 / 2 ** 20 : 1;
  const name = unit === "bytes" ? "MiB" : unit;
  const figure = (value: number) => Math.round(value * scale).toString();
  return total === undefined
    ? `${figure(done)} ${name}`
    : `${figure(done)}/${figure(total)} ${name}`;
}
