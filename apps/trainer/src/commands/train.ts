import { Command, Option } from "commander";
import { CliError } from "../terminal/cliError.ts";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr train`: one run from a preset or a configuration file. */
export function trainCommand(): Command {
  return new Command("train")
    .description("train one network; running the same command again resumes an interrupted run")
    .addOption(
      new Option("--preset <name>", "a recipe that comes with apr-kit").conflicts("config"),
    )
    .option("--config <file>", "a recipe of your own (YAML)")
    .option("--seed <n>", "overrides the recipe's seed", nonNegativeInteger)
    .option(
      "--steps <n>",
      "overrides the recipe's number of steps; the schedule keeps its shape",
      positiveInteger,
    )
    .option(
      "--validation <n>",
      "overrides how many training images are held out and measured after each epoch",
      nonNegativeInteger,
    )
    .option("--out <directory>", "run folder (default: runs/NAME-seedN)")
    .option("--fresh", "start over even where a run lies in --out", false)
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  $ apr train --preset resnet18-apr-sp
  $ apr train --preset resnet18-apr-sp --seed 2 --steps 19550      a quarter of the schedule
  $ apr train --preset resnet18-apr-sp --validation 5000           choose on these, not on the test set
  $ apr train --config my-recipe.yaml --out runs/mine`,
    )
    .action(async (options) => {
      if (options.preset === undefined && options.config === undefined) {
        throw new CliError(
          "USAGE",
          "apr train: expected --preset NAME or --config FILE, got neither",
        );
      }
      const { trainRun } = await import("../runs/trainRun.ts");
      await trainRun(options);
    });
}
