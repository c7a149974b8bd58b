import { Argument, Command } from "commander";
import { createBars } from "../terminal/bars.ts";
import { printJson, printLine, printTable } from "../terminal/output.ts";
import { jsonOption } from "./options.ts";

/** `apr data list | get | check | info`. */
export function dataCommand(): Command {
  return new Command("data")
    .description("list, fetch, check or describe data sets")
    .addCommand(listCommand())
    .addCommand(getCommand())
    .addCommand(checkCommand())
    .addCommand(infoCommand());
}

function datasetArgument(): Argument {
  return new Argument("<name>", "a data set").choices(["cifar10"]);
}

function listCommand(): Command {
  return new Command("list")
    .description("all known data sets, and which of them are here")
    .addOption(jsonOption())
    .action(async ({ json }) => {
      const { describeDatasets } = await import("@apr-kit/datasets");
      const datasets = await describeDatasets();
      if (json) return printJson(datasets);
      const rows = datasets.map((dataset) => [
        dataset.name,
        `${dataset.trainImages} + ${dataset.testImages}`,
        dataset.shape.join("×"),
        dataset.cached ?? `not fetched (${Math.round(dataset.downloadBytes / 2 ** 20)} MiB)`,
      ]);
      printTable(["data set", "train + test", "image", "place"], rows);
    });
}

function getCommand(): Command {
  return new Command("get")
    .description("fetch a data set into the cache; does nothing where it is there")
    .addArgument(datasetArgument())
    .addOption(jsonOption())
    .action(async (_name: string, { json }) => {
      const { loadCifar10 } = await import("@apr-kit/datasets");
      const bars = createBars();
      const { name, source, train, test } = await loadCifar10({
        onProgress: bars.onProgress,
        onNotice: bars.say,
      });
      bars.stop();
      if (json) return printJson({ name, source, train: train.size, test: test.size });
      printLine(`${name}: ${train.size} + ${test.size} images, ${source}`);
    });
}

function checkCommand(): Command {
  return new Command("check")
    .description("hash every byte of a data set in the cache, or of your own extracted copy")
    .addArgument(datasetArgument())
    .option("--directory <path>", "the extracted official archive")
    .addOption(jsonOption())
    .action(async (_name: string, { directory, json }) => {
      const { checkCifar10 } = await import("@apr-kit/datasets");
      const check = await checkCifar10(directory === undefined ? {} : { directory });
      if (check.state !== "intact") process.exitCode = 1;
      if (json) return printJson(check);
      printLine(`${check.name}: ${check.state}, ${check.detail} (${check.place})`);
    });
}

function infoCommand(): Command {
  return new Command("info")
    .description("classes, statistics, sources, licence and citation of a data set")
    .addArgument(datasetArgument())
    .addOption(jsonOption())
    .action(async (name: string, { json }) => {
      const { describeDatasets } = await import("@apr-kit/datasets");
      const found = (await describeDatasets()).find((dataset) => dataset.name === name);
      if (json) return printJson(found);
      for (const [key, value] of Object.entries(found ?? {})) {
        printLine(`${key.padEnd(14)} ${typeof value === "string" ? value : JSON.stringify(value)}`);
      }
    });
}
