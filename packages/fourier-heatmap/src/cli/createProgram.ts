import { Command, InvalidArgumentError, Option } from "commander";
import { heatmapPresets } from "../presets.ts";

/** The whole command line; the heavy parts load when it runs, so `--help` is instant. */
export function createProgram(): Command {
  return new Command("fourier-heatmap")
    .description(
      "map how often a classifier errs when each spatial frequency is added to its images",
    )
    .argument(
      "<module>",
      "JavaScript file that exports predict(images) and sets up its TensorFlow.js backend",
    )
    .requiredOption(
      "--images <file>",
      ".npy, [n, height, width, channel], uint8, or floats in [0, 1]",
    )
    .requiredOption("--labels <file>", ".npy, [n], class indices")
    .addOption(
      new Option("--preset <name>", "norm, size, signs, phase and clipping")
        .choices(Object.keys(heatmapPresets))
        .default("yin-cifar10"),
    )
    .option("--eps <norm>", "L2 norm of the wave per channel, in the [0, 1] scale", number(0))
    .option("--size <n>", "show the central n × n frequencies", integer(1))
    .option("--subset <n>", "look at n images, drawn without replacement", integer(1))
    .option("--seed <n>", "of the signs and the subset", integer(0), 0)
    .option("--batch-size <n>", "images per call of predict", integer(1), 256)
    .option(
      "--against <file>",
      "heatmap.json of another model, made in the same way: writes the difference",
    )
    .option("--title <text>", "heading of the pictures", "")
    .option("--out <dir>", "where the files go", "fourier-heatmap")
    .option("--fresh", "start over, in place of going on from --out")
    .option("--json", "print the summary as JSON on stdout")
    .addHelpText(
      "after",
      `
A map of 31 × 31 takes 481 evaluations of the images. It is stored as it grows: the same command goes on
where it was interrupted, and heatmap.png fills in from coarse to fine.

Example of a module:
  import "@tensorflow/tfjs-backend-wasm";
  import * as tf from "@tensorflow/tfjs-core";
  const model = await loadMyModel();
  export const predict = (images) => tf.tidy(() => model.predict(tf.mul(tf.sub(images, 0.5), 4)));

Examples:
  $ fourier-heatmap predict.mjs --images x.npy --labels y.npy --subset 1000
  $ fourier-heatmap predict.mjs --images x.npy --labels y.npy --preset yin-imagenet --json`,
    )
    .action(async (module: string, options) => {
      const { makeHeatmap } = await import("./makeHeatmap.ts");
      await makeHeatmap(module, options);
    });
}

function integer(lowest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= lowest) return value;
    throw new InvalidArgumentError(`expected an integer of at least ${lowest}, got "${text}".`);
  };
}

function number(lowest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= lowest) return value;
    throw new InvalidArgumentError(`expected a number of at least ${lowest}, got "${text}".`);
  };
}
