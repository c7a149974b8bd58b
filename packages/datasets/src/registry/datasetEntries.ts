import { cifar10Entry } from "../records/cifar10Entry.ts";
import { cifar100Entry } from "../records/cifar100Entry.ts";
import type { DatasetEntry } from "./datasetEntry.ts";

/** Every data set that has a name, in the order in which they are listed. */
export const datasetEntries: readonly DatasetEntry[] = [cifar10Entry, cifar100Entry];
