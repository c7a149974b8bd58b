import { cifar10CEntry, cifar100CEntry } from "../cifarC/cifarCEntry.ts";
import { cifar101Entry } from "../files/cifar101Entry.ts";
import { mnistEntry } from "../files/mnistEntry.ts";
import { svhnEntry, svhnExtraEntry } from "../files/svhnEntry.ts";
import { odinEntries, texturesEntry } from "../folder/foreignEntries.ts";
import {
  imageNetAEntry,
  imageNetCEntry,
  imageNetEntry,
  imageNetREntry,
  imageNetV2Entry,
} from "../folder/imageNetEntries.ts";
import { tinyImageNetCEntry, tinyImageNetEntry } from "../folder/tinyImageNetEntries.ts";
import { cifar10Entry } from "../records/cifar10Entry.ts";
import { cifar100Entry } from "../records/cifar100Entry.ts";
import type { DatasetEntry } from "./datasetEntry.ts";

/** Every data set that has a name, in the order in which they are listed. */
export const datasetEntries: readonly DatasetEntry[] = [
  cifar10Entry,
  cifar100Entry,
  cifar10CEntry,
  cifar100CEntry,
  cifar101Entry,
  svhnEntry,
  svhnExtraEntry,
  mnistEntry,
  tinyImageNetEntry,
  tinyImageNetCEntry,
  imageNetEntry,
  imageNetCEntry,
  imageNetREntry,
  imageNetAEntry,
  imageNetV2Entry,
  ...odinEntries,
  texturesEntry,
];
