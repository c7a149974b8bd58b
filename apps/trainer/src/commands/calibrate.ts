import { Command } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr calibrate`: whether a run's confidences are shares of right predictions. */
export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("measure the calibration of a trained run, and fit its temperature")
    .argument("<run>", "run folder")
    .option(
      "--held-out <n>",
      "fit to test images, drawn at random (default: the run's validation images, else a fifth of the test set)",
      positiveInteger,
    )
    .option("--bins <n>", "of the reliability diagram and the errors over it", positiveInteger, 15)
    .option("--seed <n>", "seed of the draw", nonNegativeInteger, 1)
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The temperature is fitted to the images that apr train --validation N held out, and the figures are of the test
set. A run without them is fitted to a part of the test set and measured on the rest, and says so. The run's
folder receives calibration.json and calibration.svg.

Examples:
  $ apr calibrate runs/quickstart/apr-sp
  $ apr calibrate runs/quickstart/apr-sp --held-out 5000 --bins 20 --json`,
    )
    .action(async (run: string, options) => {
      const { calibrateRun } = await import("../calibration/calibrateRun.ts");
      await calibrateRun(run, options);
    });
}
