import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { jsonOption, nonNegativeInteger, positiveInteger } from "./options.ts";

/** `apr corrupt`: a corrupted copy of a data set, laid out as the benchmarks are. */
export function corruptCommand(): Command {
  return new Command("corrupt")
    .description("make a corrupted copy of a data set, laid out as CIFAR-10-C or ImageNet-C")
    .option("--dataset <name>", "data set whose test images are corrupted (see apr data list)")
    .option("--directory <dir>", "your own copy of the data set")
    .option("--folder <dir>", "in place of a data set: images in class folders")
    .requiredOption("--out <dir>", "folder of the new set; one that was stopped is gone on with")
    .addOption(
      new Option(
        "--layout <name>",
        "NAME.npy files, or folders of JPEGs (default: cifar-c; imagenet-c with --folder)",
      ).choices(["cifar-c", "imagenet-c"]),
    )
    .option(
      "--corruptions <names>",
      "all, benchmark (15), extras (4), or names between commas",
      "all",
    )
    .option("--severities <numbers>", "some of 1,2,3,4,5, for --layout imagenet-c", "1,2,3,4,5")
    .option("--images <n>", "the first so many images (default: all)", positiveInteger)
    .option(
      "--size <n>",
      "side of the images of a folder: 224 is the centre of a shorter side of 256, others are scaled",
      positiveInteger,
      224,
    )
    .addOption(
      new Option(
        "--table <name>",
        "parameters (default: those made for 32, 64 or 224 pixels a side)",
      ).choices(["cifar", "tinyImageNet", "imageNet"]),
    )
    .option("--seed <n>", "of all randomness", nonNegativeInteger, 1)
    .option("--jobs <n>", "processes; the result does not depend on it", positiveInteger, cores())
    .option(
      "--frost <dir>",
      "the five photographs of the ImageNet-C generator; “procedural” for a texture that is not the benchmark's",
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The official sets were made without a seed, so no one can make their bytes again: what is made here has their
distribution, says so in regenerated.json, and is to be reported as regenerated.

Examples:
  $ apr corrupt --dataset cifar10 --out CIFAR-10-C --frost robustness/ImageNet-C/create_c
  $ apr corrupt --dataset cifar10 --out small --images 1000 --corruptions benchmark
  $ apr corrupt --folder imagenet/val --out ImageNet-C --corruptions fog,snow --severities 3`,
    )
    .action(async (options) => {
      const { corruptSet } = await import("../corrupt/corruptSet.ts");
      await corruptSet(options);
    });
}

function cores(): number {
  return Math.max(1, availableParallelism());
}
