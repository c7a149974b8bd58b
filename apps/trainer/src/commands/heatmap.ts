import { Command, Option } from "commander";
import { engineOption, jsonOption, positiveInteger, threadsOption } from "./options.ts";

/** `apr heatmap`: how sensitive a trained run is to each spatial frequency. */
export function heatmapCommand(): Command {
  return new Command("heatmap")
    .description(
      "map how often a trained run errs when each spatial frequency is added to its images",
    )
    .argument("<run>", "run folder")
    .option("--against <run>", "a second run: both maps, and their difference")
    .option(
      "--images <n>",
      "test images, drawn without replacement (default: all)",
      positiveInteger,
    )
    .addOption(
      new Option("--preset <name>", "norm, size, signs, phase and clipping of the map")
        .choices(["yin-cifar10", "yin-imagenet", "gatheluck", "google"])
        .default("yin-cifar10"),
    )
    .option("--out <dir>", "folder for the pictures (default: heatmap in the run's folder)")
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
A map of 31 × 31 takes 481 evaluations of the images. It is stored as it grows: the same command goes on
where it was interrupted, and heatmap.png fills in from coarse to fine.

Examples:
  $ apr heatmap runs/quickstart/apr-sp --images 200
  $ apr heatmap runs/quickstart/standard --against runs/quickstart/apr-sp --images 1000 --out maps`,
    )
    .action(async (run: string, options) => {
      const { heatmapRuns } = await import("../heatmap/heatmapRuns.ts");
      await heatmapRuns(run, options);
    });
}
