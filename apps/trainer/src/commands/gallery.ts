import { Command, Option } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr gallery`: what amplitude and phase of real images look like when they change places. */
export function galleryCommand(): Command {
  return new Command("gallery")
    .description(
      "draw images, their spectra, and what becomes of them when amplitudes change places",
    )
    .argument(
      "[pictures...]",
      "your own image files, an even number (default: CIFAR-10 test images)",
    )
    .option("--pairs <n>", "pairs of test images, of different classes", positiveInteger, 4)
    .option(
      "--views <n>",
      "images shown with two views of themselves, as in APR-S",
      positiveInteger,
      4,
    )
    .option(
      "--size <n>",
      "side to which your own files are cropped and scaled",
      positiveInteger,
      224,
    )
    .addOption(
      new Option("--axes <name>", "the spectrum of all three channels, or of each alone")
        .choices(["spatial", "spatialAndChannel"])
        .default("spatialAndChannel"),
    )
    .option("--seed <n>", "of pairs and operations", nonNegativeInteger, 1)
    .option("--out <file>", ".png, or .svg for one that scales", "gallery.png")
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The upper part is the paper's Fig. 2: whose phase a picture has, that it shows. The lower one is APR-S.

Examples:
  $ apr gallery                                 four pairs of CIFAR-10 test images
  $ apr gallery cat.jpg car.jpg --out swap.png  your own pictures
  $ apr gallery --seed 7 --pairs 8 --json       what was drawn, as data`,
    )
    .action(async (pictures: string[], options) => {
      const { drawGallery } = await import("../gallery/drawGallery.ts");
      await drawGallery(pictures, options);
    });
}
