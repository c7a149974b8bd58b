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
    .option(
      "--corrupted <directory>",
      "read corrupted images from a folder laid out as CIFAR-10-C (default: they are made here)",
    )
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The result says which corrupted images were used. Those made here have the distribution of the published ones, not
their bytes, and lack frost; a folder's count as the benchmark's with --images 10000 and apr data check.

Examples:
  $ apr evaluate runs/quickstart/standard runs/quickstart/apr-sp
  $ apr evaluate runs/resnet18-apr-sp-seed1 --images 10000 --json
  $ apr evaluate runs/resnet18-apr-sp-seed1 --corrupted ~/CIFAR-10-C --images 10000`,
    )
    .action(async (runs: string[], options) => {
      const { evaluateRuns } = await import("../runs/evaluateRuns.ts");
      await evaluateRuns(runs, options);
    });
}
