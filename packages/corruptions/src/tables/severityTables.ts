import { cifar10Severities } from "./severities.cifar10.ts";
import { imageNetSeverities } from "./severities.imageNet.ts";
import { tinyImageNetSeverities } from "./severities.tinyImageNet.ts";
import type { SeverityTable } from "./severityTable.ts";

/** Which benchmark's parameters: they differ by what the image sizes bear. */
export type SeverityTableName = "cifar" | "tinyImageNet" | "imageNet";

/** The parameter tables, by benchmark. */
export const severityTables: { readonly [Name in SeverityTableName]: SeverityTable } = {
  cifar: cifar10Severities,
  tinyImageNet: tinyImageNetSeverities,
  imageNet: imageNetSeverities,
};
