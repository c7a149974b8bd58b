import { Command, InvalidArgumentError, Option } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr cutoff`: how much of the spectrum trained runs need. */
export function cutoffCommand(): Command {
  return new Command("cutoff")
    .description(
      "measure trained runs on test images of which only low or high frequencies are left",
    )
    .argument("<runs...>", "run folders, of one data set")
    .addOption(
      new Option("--pass <names...>", "what is left")
        .choices(["low", "high"])
        .default(["low", "high"]),
    )
    .option(
      "--cutoffs <numbers...>",
      "cycles per image (default: 2 4 6 8 10 12 14 16)",
      (text: string, before: readonly number[] = []) => [...before, positiveNumber(text)],
    )
    .option(
      "--images <n>",
      "test images, drawn without replacement (default: all)",
      positiveInteger,
    )
    .option("--seed <n>", "seed of the draw", nonNegativeInteger, 1)
    .option("--out <dir>", "folder for cutoff.json and cutoff.svg (default: the first run's)")
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  $ apr cutoff runs/quickstart/standard runs/quickstart/apr-sp --images 1000
  $ apr cutoff runs/quickstart/apr-sp --pass high --cutoffs 1 2 3 4 --json`,
    )
    .action(async (runs: string[], { cutoffs = [2, 4, 6, 8, 10, 12, 14, 16], ...options }) => {
      const { cutoffRuns } = await import("../frequency/cutoffRuns.ts");
      await cutoffRuns(runs, { ...options, cutoffs });
    });
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`expected a positive number, got "${text}".`);
}
