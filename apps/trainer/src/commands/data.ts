import type { DatasetDescription } from "@apr-kit/datasets";
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
    .addCommand(infoCommand())
    .addHelpText(
      "after",
      `
Examples:
  $ apr data list
  $ apr data get cifar10
  $ apr data get imagenet-c --part blur,noise
  $ apr data check cifar10 --directory ~/cifar-10-batches-bin
  $ apr data info cifar10 --json`,
    );
}

function nameArgument(): Argument {
  return new Argument("<name>", "a data set; apr data list names them");
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
        dataset.title,
        imagesOf(dataset),
        dataset.shape.join("×"),
        dataset.cached ?? absence(dataset),
      ]);
      printTable(["name", "data set", "images", "image", "place"], rows);
    });
}

/** "50000 train, 10000 test"; of a corrupted set, the images of each of its cells. */
function imagesOf({ kind, splits }: DatasetDescription): string {
  const counts = Object.entries(splits).map(([name, images]) => `${images} ${name}`);
  return `${counts.join(", ")}${kind === "corrupted" ? " per cell" : ""}`;
}

function absence({ sources, downloadBytes }: DatasetDescription): string {
  if (sources.length === 0) return "to be placed by hand";
  if (downloadBytes === undefined) return "not fetched";
  return `not fetched (${Math.round(downloadBytes / 2 ** 20)} MiB)`;
}

function getCommand(): Command {
  return new Command("get")
    .description("fetch a data set into the cache; does nothing where it is there")
    .addArgument(nameArgument())
    .option("--part <names>", "of a set that comes in parts (imagenet-c), separated by commas")
    .addOption(jsonOption())
    .action(async (name: string, { json, part }) => {
      const { findDataset } = await import("@apr-kit/datasets");
      const bars = createBars();
      try {
        const { onProgress, say: onNotice } = bars;
        const parts = part === undefined ? {} : { parts: part.split(",") };
        const receipt = await findDataset(name).get({ onProgress, onNotice, ...parts });
        bars.stop();
        if (json) return printJson(receipt);
        printLine(`${receipt.name}: ${receipt.detail} (${receipt.place})`);
      } finally {
        bars.stop();
      }
    });
}

function checkCommand(): Command {
  return new Command("check")
    .description("hash every byte of a data set in the cache, or of your own extracted copy")
    .addArgument(nameArgument())
    .option("--directory <path>", "your own copy, extracted")
    .addOption(jsonOption())
    .action(async (name: string, { directory, json }) => {
      const { findDataset } = await import("@apr-kit/datasets");
      const bars = createBars();
      const { onProgress } = bars;
      const options = directory === undefined ? { onProgress } : { onProgress, directory };
      const check = await findDataset(name).check(options);
      bars.stop();
      if (check.state !== "intact") process.exitCode = 1;
      if (json) return printJson(check);
      printLine(`${check.name}: ${check.state}, ${check.detail} (${check.place})`);
    });
}

function infoCommand(): Command {
  return new Command("info")
    .description("classes, statistics, sources, licence and citation of a data set")
    .addArgument(nameArgument())
    .addOption(jsonOption())
    .action(async (name: string, { json }) => {
      const { describeDatasets, findDataset } = await import("@apr-kit/datasets");
      findDataset(name); // names the known ones where it is unknown
      const found = (await describeDatasets()).find((dataset) => dataset.name === name);
      if (json) return printJson(found);
      for (const [key, value] of Object.entries(found ?? {})) {
        printLine(`${key.padEnd(14)} ${typeof value === "string" ? value : JSON.stringify(value)}`);
      }
    });
}
