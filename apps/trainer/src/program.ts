import { Command } from "commander";
import { attackCommand } from "./commands/attack.ts";
import { benchmarkCommand } from "./commands/benchmark.ts";
import { calibrateCommand } from "./commands/calibrate.ts";
import { corruptCommand } from "./commands/corrupt.ts";
import { cutoffCommand } from "./commands/cutoff.ts";
import { dataCommand } from "./commands/data.ts";
import { engineCommand } from "./commands/engine.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { galleryCommand } from "./commands/gallery.ts";
import { heatmapCommand } from "./commands/heatmap.ts";
import { modelCommand } from "./commands/model.ts";
import { oodCommand } from "./commands/ood.ts";
import { quickstartCommand } from "./commands/quickstart.ts";
import { swapCommand } from "./commands/swap.ts";
import { trainCommand } from "./commands/train.ts";

/** The whole command line. Commands load their heavy parts when they run, so `--help` is instant. */
export function createProgram(): Command {
  const program = new Command("apr")
    .description("Amplitude-Phase Recombination: train robust image classifiers, and measure them.")
    .showHelpAfterError("(add --help for usage)")
    .addHelpText(
      "after",
      `
Examples:
  $ apr quickstart                             standard against APR-SP on CIFAR-10, with a report
  $ apr train --preset resnet18-apr-sp         the paper's recipe
  $ apr evaluate runs/resnet18-apr-sp-seed1    clean and corruption errors of a trained run
  $ apr attack runs/quickstart/apr-sp          robust accuracy under AutoAttack
  $ apr engine info                            which engine computes, and why`,
    );
  for (const command of [
    quickstartCommand(),
    trainCommand(),
    evaluateCommand(),
    benchmarkCommand(),
    attackCommand(),
    galleryCommand(),
    heatmapCommand(),
    cutoffCommand(),
    swapCommand(),
    oodCommand(),
    calibrateCommand(),
    modelCommand(),
    dataCommand(),
    corruptCommand(),
    engineCommand(),
  ]) {
    program.addCommand(command);
  }
  return program;
}
