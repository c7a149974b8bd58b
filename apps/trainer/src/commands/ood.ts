import { Command, Option } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr ood`: how well a run's confidence tells its test set from foreign images. */
export function oodCommand(): Command {
  return new Command("ood")
    .description("measure how well a trained run tells its test set from foreign images")
    .argument("<run>", "run folder")
    .option(
      "--against <sets...>",
      "gaussian, uniform, rademacher, blobs, data sets of apr data list, folders of pictures or .npy files",
      ["gaussian", "uniform", "rademacher", "blobs"],
    )
    .addOption(
      new Option("--score <names...>", "what confidence is measured")
        .choices(["msp", "maxLogit", "energy", "entropy", "odin", "mahalanobis", "knn"])
        .default(["maxLogit"]),
    )
    .addOption(
      new Option("--convention <name>", "whose ties, areas and operating point")
        .choices(["openood", "odin", "oe", "apr"])
        .default("openood"),
    )
    .option("--images <n>", "test images, from the start of the test set", positiveInteger)
    .option(
      "--foreign-images <n>",
      "images of each foreign set, at most (default: a fifth of the test images)",
      positiveInteger,
    )
    .option(
      "--reference-images <n>",
      "training images, drawn at random, that mahalanobis and knn compare with",
      positiveInteger,
      5000,
    )
    .option("--resamples <n>", "of the bootstrap intervals", positiveInteger, 500)
    .option(
      "--seed <n>",
      "seed of the synthetic images and of the bootstrap",
      nonNegativeInteger,
      1,
    )
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The run's folder receives ood.json and ood.svg. AUPR depends on how many images of each kind there are.
"odin" takes a gradient of every image, at its published temperature 1000 and step 0.0014; "mahalanobis" and
"knn" compare what the last layer sees with training images.

Examples:
  $ apr ood runs/quickstart/apr-sp
  $ apr ood runs/quickstart/apr-sp --score msp maxLogit energy --convention apr
  $ apr ood runs/quickstart/apr-sp --against blobs ~/svhn/test textures.npy --score energy knn --json`,
    )
    .action(async (run: string, options) => {
      const { oodRun } = await import("../detection/oodRun.ts");
      await oodRun(run, options);
    });
}
