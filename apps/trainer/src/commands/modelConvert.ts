import { Command } from "commander";
import type { ConversionReport } from "../models/convertModel.ts";
import { printJson, printLine, printTable } from "../terminal/output.ts";
import { jsonOption, positiveInteger, triple } from "./options.ts";

/** `apr model convert`: PyTorch weights in, standard formats out. */
export function modelConvertCommand(): Command {
  return new Command("convert")
    .description(
      "turn a PyTorch checkpoint or safetensors file into safetensors, ONNX or a tfjs GraphModel",
    )
    .argument("<in>", "a .pth, .pt (zip format) or .safetensors file, or the folder of a run")
    .argument("<out>", "a .safetensors, .onnx or .json (tfjs GraphModel) file")
    .option("--architecture <name>", "default: what the file says, or its names and shapes")
    .option("--classes <n>", "number of classes (default: the file's)", positiveInteger)
    .option("--mean <r,g,b>", "normalisation in the [0, 1] scale, put into the output", triple)
    .option("--std <r,g,b>", "its standard deviations", triple)
    .option(
      "--key <name>",
      "key of the checkpoint's dict, for example ema (default: the usual ones)",
    )
    .option("--no-strict", "take what fits; the rest starts at random")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The output takes images in [0, 1]; without --mean and --std, and none in the input, it normalises nothing.
Nothing of a checkpoint is executed: tensors, numbers, text and plain containers are read, all else refused.

Examples:
  $ apr model convert resnet18.pth resnet18.safetensors --mean 0.4914,0.4822,0.4465 --std 0.2023,0.1994,0.2010
  $ apr model convert model_best.pth.tar wrn.onnx --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5
  $ apr model convert runs/quickstart-apr-sp-seed1 web/model.json
  $ apr model convert other.pth mine.safetensors --architecture resnet18 --classes 100 --no-strict --json`,
    )
    .action(async (input: string, output: string, { json, ...options }) => {
      const { convertModel } = await import("../models/convertModel.ts");
      const onReport = json ? printJson : printReport;
      await convertModel(input, output, { ...options, onReport });
      if (!json) printLine(`wrote ${output}`);
    });
}

function printReport(report: ConversionReport): void {
  const { match, normalization } = report;
  const wrong = match.mismatched.map(
    ({ name, expected, actual }) => `${name} [${actual.join(", ")}], not [${expected.join(", ")}]`,
  );
  const rows = [
    ["architecture", [report.architecture, ...report.alsoFits.map(orByName)].join("\n")],
    ["classes", `${report.classes}`],
    ["parameters", report.parameters.toLocaleString("en")],
    ["found under", report.path.join(".") || "the top"],
    ["prefix taken off", match.prefix || "none"],
    ["tensors that fit", `${match.loaded}`],
    ["renamed", list(match.renamed.map(({ from, to }) => `${from} → ${to}`))],
    ["passed over", `${match.ignored.length}`],
    ["missing", list(match.missing)],
    ["unexpected", list(match.unexpected)],
    ["of another shape", list(wrong)],
    ["mean, std", describeNormalization(normalization)],
    ["format", report.format],
  ];
  printTable(["", report.input], rows);
}

function describeNormalization({ mean, std }: ConversionReport["normalization"]): string {
  const isNone = mean.every((value) => value === 0) && std.every((value) => value === 1);
  return isNone
    ? "none: give --mean and --std if it was trained with them"
    : `${mean.join(" ")}, ${std.join(" ")}`;
}

function orByName(name: string): string {
  return `or --architecture ${name}, of the same names`;
}

const SHOWN = 5;

function list(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length > SHOWN ? `and ${names.length - SHOWN} more (--json lists all)` : "";
  return [...names.slice(0, SHOWN), more].filter((line) => line !== "").join("\n");
}
