import { show, ValueError } from "@apr-kit/contracts";
import { datasetEntries } from "./datasetEntries.ts";
import type { DatasetEntry } from "./datasetEntry.ts";

/**
 * Finds a data set by its exact name.
 *
 * @throws {ValueError} if there is none; the message lists the names
 * @example
 * const { test } = await findDataset("cifar10").load({});
 */
export function findDataset(name: string): DatasetEntry {
  const found = datasetEntries.find(({ facts }) => facts.name === name);
  if (found !== undefined) return found;
  throw new ValueError("findDataset", {
    expected: `one of ${datasetEntries.map(({ facts }) => facts.name).join(", ")}`,
    actual: show(name),
  });
}
