import { Command, Option } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr quickstart`: the whole story once, small. */
export function quickstartCommand(): Command {
  return new Command("quickstart")
    .description(
      "train the same small net with and without APR-SP on CIFAR-10, compare, write a report",
    )
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(
      new Option("--preset <name>", "the budget (default: by the engine)").choices([
        "quickstart",
        "quickstart-small",
      ]),
    )
    .option("--seed <n>", "seed of every random draw", nonNegativeInteger, 1)
    .option("--steps <n>", "training steps of each net (default: the preset's)", positiveInteger)
    .option(
      "--images <n>",
      "test images per corruption and severity (default: the preset's)",
      positiveInteger,
    )
    .option("--out <directory>", "where runs and report go", "runs/quickstart")
    .option("--fresh", "train anew even where a finished or interrupted run lies in --out", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  $ apr quickstart
  $ apr quickstart --seed 2 --out runs/quickstart-seed2
  $ apr quickstart --steps 20 --images 50 --json     a look at the mechanics in under a minute`,
    )
    .action(async (options) => {
      const { quickstart } = await import("../quickstart/quickstart.ts");
      await quickstart(options);
    });
}
