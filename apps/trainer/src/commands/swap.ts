import { Command, Option } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr swap`: whether trained runs follow the amplitude or the phase of what they see. */
export function swapCommand(): Command {
  return new Command("swap")
    .description("tell whether trained runs follow the amplitude or the phase of recombined images")
    .argument("<runs...>", "run folders, of one data set")
    .addOption(
      new Option("--axes <name>", "each channel's spectrum alone, or that of all three")
        .choices(["spatial", "spatialAndChannel"])
        .default("spatial"),
    )
    .addOption(
      new Option("--follow <what>", "follow an image's label, or the class predicted for it")
        .choices(["labels", "predictions"])
        .default("labels"),
    )
    .option(
      "--images <n>",
      "test images, drawn without replacement (default: all)",
      positiveInteger,
    )
    .option("--seed <n>", "seed of the draw and of the pairs", nonNegativeInteger, 1)
    .option("--out <dir>", "folder for swap.json and swap.svg (default: the first run's)")
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Every image lends its phase once; the amplitude is that of an image of another class (the paper's Fig. 2).

Examples:
  $ apr swap runs/quickstart/standard runs/quickstart/apr-sp
  $ apr swap runs/quickstart/apr-sp --images 1000 --follow predictions --json`,
    )
    .action(async (runs: string[], options) => {
      const { swapRuns } = await import("../frequency/swapRuns.ts");
      await swapRuns(runs, options);
    });
}
