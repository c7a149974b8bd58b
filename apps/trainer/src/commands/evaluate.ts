import { Command } from "commander";
import { engineOption, jsonOption, positiveInteger, threadsOption } from "./options.ts";

/** `apr evaluate`: clean and corruption errors of trained runs. */
export function evaluateCommand(): Command {
  return new Command("evaluate")
    .description("measure clean error and mean corruption error of trained runs, side by side")
    .argument("<runs...>", "run folders, all of the same data set")
    .option(
      "--images <n>",
      "test images per corruption and severity (default: the first run's recipe)",
      positiveInteger,
    )
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  $ apr evaluate runs/quickstart/standard runs/quickstart/apr-sp
  $ apr evaluate runs/resnet18-apr-sp-seed1 --images 10000 --json`,
    )
    .action(async (runs: string[], options) => {
      const { evaluateRuns } = await import("../runs/evaluateRuns.ts");
      await evaluateRuns(runs, options);
    });
}
