import { Command, InvalidArgumentError, Option } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
  triple,
} from "./options.ts";

const PREPROCESSINGS = ["auto", "none", "center-crop", "resize256-center-crop", "resize224"];

/** `apr benchmark`: any model file on ImageNet-C, Tiny-ImageNet-C, CIFAR-C, or a clean set. */
export function benchmarkCommand(): Command {
  return new Command("benchmark")
    .description("measure a model file on a corrupted test set, a clean one, or both")
    .argument("<model>", "a .pth, .pt or .safetensors file, or the folder of a run")
    .argument(
      "[set]",
      "folders <corruption>/<severity>/<class>, their .tar files, .npy files as of CIFAR-10-C, or a data set by its name",
    )
    .option("--clean <set>", "clean images: a folder of class folders, or a data set by its name")
    .option("--clean-labels <file>", "classes of a --clean folder without class folders")
    .addOption(preprocessOption("--preprocess", "of corrupted images"))
    .addOption(preprocessOption("--clean-preprocess", "of clean images"))
    .option("--corruptions <names>", "only these, separated by commas", list)
    .option("--severities <numbers>", "only these, for example 1,3,5", severities)
    .option(
      "--images <n>",
      "of every cell a random choice of so many, the same in each",
      positiveInteger,
    )
    .option("--architecture <name>", "default: what the file says, or its names and shapes")
    .option("--key <name>", "key of the checkpoint's dict, for example ema")
    .option("--normalisation <name>", "none, half (0.5 / 0.5) or a data set's, for example cifar10")
    .option("--mean <r,g,b>", "normalisation in the [0, 1] scale", triple)
    .option("--std <r,g,b>", "its standard deviations", triple)
    .option("--classes-file <file>", "names of the model's classes by index, one a line")
    .option(
      "--only-present",
      "score only classes that have a folder (ImageNet-R, ImageNet-A)",
      false,
    )
    .option("--batch <n>", "images per batch", positiveInteger, 64)
    .option("--seed <n>", "of the choice of --images", nonNegativeInteger, 0)
    .option("--out <folder>", "default: runs/benchmark/<model>-<set>")
    .option("--fresh", "start over even where a part is stored", false)
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Every finished cell is stored: the same command goes on where it was interrupted.
Images are decoded, resized and cropped to the bytes of Pillow and torchvision. With auto, images of at least 224 pixels
are cropped (center-crop, the official way of ImageNet-C; clean ones are resized to 256 first), smaller ones taken as they are.
mCE over AlexNet is given for ImageNet's classes only; of others "mean error" is what papers call mCE.

Examples:
  $ apr benchmark resnet50.pth ImageNet-C --clean imagenet/val
  $ apr benchmark augmix.pth.tar ImageNet-C --preprocess resize256-center-crop --corruptions fog,snow --images 5000
  $ apr benchmark wrn.pth CIFAR-10-C --clean cifar10 --normalisation half --json
  $ apr benchmark resnet50.pth --clean imagenet-r --only-present`,
    )
    .action(async (model: string, set: string | undefined, options) => {
      const { benchmarkRun } = await import("../benchmark/benchmarkRun.ts");
      await benchmarkRun(model, set, options);
    });
}

function preprocessOption(flag: string, what: string): Option {
  return new Option(`${flag} <name>`, what).choices(PREPROCESSINGS).default("auto");
}

function list(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

function severities(text: string): number[] {
  const values = list(text).map(Number);
  if (values.every((value) => [1, 2, 3, 4, 5].includes(value))) return values;
  throw new InvalidArgumentError(`expected severities of 1 to 5 as in 1,3,5, got "${text}".`);
}
