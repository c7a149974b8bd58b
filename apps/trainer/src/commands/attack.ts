import { Command, InvalidArgumentError, Option } from "commander";
import {
  engineOption,
  jsonOption,
  nonNegativeInteger,
  positiveInteger,
  threadsOption,
} from "./options.ts";

/** `apr attack`: how many test images a trained run still classifies rightly under attack. */
export function attackCommand(): Command {
  return new Command("attack")
    .description("measure the robust accuracy of a trained run under adversarial attacks")
    .argument("<run>", "run folder")
    .addOption(
      new Option("--attack <name>", "an attack, or the ensemble autoattack (version standard)")
        .choices(["autoattack", "fgsm", "pgd", "apgd-ce", "apgd-dlr", "apgd-t", "fab-t", "square"])
        .default("autoattack"),
    )
    .addOption(
      new Option("--norm <name>", "of the perturbation").choices(["Linf", "L2"]).default("Linf"),
    )
    .option(
      "--epsilon <size>",
      "largest perturbation, pixels in [0, 1]: 0.5 or 8/255 (default: 8/255 for Linf, 0.5 for L2)",
      fraction,
    )
    .option("--images <n>", "test images, from the start of the test set", positiveInteger, 500)
    .option(
      "--steps <n>",
      "PGD steps, APGD and FAB iterations, Square queries (default: the protocol's)",
      positiveInteger,
    )
    .option("--restarts <n>", "starts of PGD, APGD and FAB (default: 1)", positiveInteger)
    .option("--batch <n>", "images per batch", positiveInteger, 100)
    .option("--seed <n>", "seed of every random draw", nonNegativeInteger, 0)
    .option("--fresh", "start over even where a part of the same attack is stored", false)
    .option(
      "--reference <python>",
      "compare with fra31/auto-attack, run by a Python that has torch and autoattack",
    )
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Every finished batch is stored in the run's folder: the same command goes on where it was interrupted.
Attacks see [0, 1] pixels and compute in float32, whatever the run was trained in.

Examples:
  $ apr attack runs/quickstart/apr-sp --epsilon 2/255 --images 200
  $ apr attack runs/quickstart/standard --attack pgd --steps 20 --json
  $ apr attack runs/resnet18-apr-sp-seed1 --norm L2 --epsilon 0.5
  $ apr attack runs/quickstart/apr-sp --epsilon 1/255 --reference python3`,
    )
    .action(async (run: string, options) => {
      const { attackRun } = await import("../attack/attackRun.ts");
      await attackRun(run, options);
    });
}

/** Parses a positive number, also written as a quotient of two. */
export function fraction(text: string): number {
  const [above, below = "1", ...rest] = text.split("/").map((part) => part.trim());
  const value = Number(above) / Number(below);
  if (above !== "" && below !== "" && rest.length === 0 && value > 0 && Number.isFinite(value)) {
    return value;
  }
  throw new InvalidArgumentError(
    `expected a positive number such as 0.03 or 8/255, got "${text}".`,
  );
}
