import { cifar100Manifest } from "./cifar100Manifest.ts";
import { recordEntry } from "./recordEntry.ts";

export const cifar100Entry = recordEntry(cifar100Manifest);
