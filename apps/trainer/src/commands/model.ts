import { Command } from "commander";
import { printJson, printLine, printTable } from "../terminal/output.ts";
import { modelCheckCommand } from "./modelCheck.ts";
import { modelConvertCommand } from "./modelConvert.ts";
import { jsonOption, positiveInteger } from "./options.ts";

/** `apr model list | describe | convert | check`. */
export function modelCommand(): Command {
  return new Command("model")
    .description("list, describe, convert and check networks")
    .addCommand(listCommand())
    .addCommand(describeCommand())
    .addCommand(modelConvertCommand())
    .addCommand(modelCheckCommand());
}

function listCommand(): Command {
  return new Command("list")
    .description("names and parameter counts of all architectures")
    .addOption(jsonOption())
    .action(async ({ json }) => {
      const { createModel, describe, modelNames } = await import("@apr-kit/models");
      const rows = modelNames.map((name) => {
        const { parameters, macs } = describe(createModel(name), [32, 32, 3]);
        return { name, parameters, macs };
      });
      if (json) return printJson(rows);
      const cells = rows.map(({ name, parameters, macs }) => [
        name,
        parameters.toLocaleString("en"),
        (macs / 1e6).toFixed(0),
      ]);
      printTable(["model", "parameters (10 classes)", "MMAC at 32×32"], cells, [
        "left",
        "right",
        "right",
      ]);
    });
}

function describeCommand(): Command {
  return new Command("describe")
    .description("layers, output shapes, parameters and multiply-accumulates of one architecture")
    .argument("<name>", "an architecture; `apr model list` shows them")
    .option("--classes <n>", "number of classes", positiveInteger, 10)
    .option("--size <n>", "height and width of the images", positiveInteger, 32)
    .addOption(jsonOption())
    .action(async (name: string, { classes, size, json }) => {
      const { createModel, describe } = await import("@apr-kit/models");
      const description = describe(createModel(name, { numClasses: classes }), [size, size, 3]);
      if (json) return printJson(description);
      const rows = description.layers.map((layer) => [
        layer.name,
        layer.kind,
        layer.outputShape.join("×"),
        layer.parameters.toLocaleString("en"),
        layer.macs.toLocaleString("en"),
      ]);
      printTable(["layer", "kind", "output", "parameters", "MACs"], rows, [
        "left",
        "left",
        "right",
        "right",
        "right",
      ]);
      printLine(
        `${description.parameters.toLocaleString("en")} parameters, ${(description.macs / 1e6).toFixed(1)} MMAC`,
      );
    });
}
