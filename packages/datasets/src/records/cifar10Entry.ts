import { cifar10Manifest } from "./cifar10Manifest.ts";
import { recordEntry } from "./recordEntry.ts";

export const cifar10Entry = recordEntry(cifar10Manifest);
