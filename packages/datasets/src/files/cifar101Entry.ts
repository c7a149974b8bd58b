import { join } from "node:path";
import { openArrayPair } from "../arrays/openArrayPair.ts";
import { cifar10Manifest } from "../records/cifar10Manifest.ts";
import { fileEntry } from "./fileEntry.ts";

const DATA = "cifar10.1_v6_data.npy";
const LABELS = "cifar10.1_v6_labels.npy";
const SERVER = "https://raw.githubusercontent.com/modestyachts/CIFAR-10.1/master/datasets";
const { classes, shape, normalisation } = cifar10Manifest;

/** CIFAR-10.1 v6: a second test set of CIFAR-10, for what a choice made on the first one is worth. */
export const cifar101Entry = fileEntry({
  facts: {
    name: "cifar10.1",
    title: "CIFAR-10.1 v6",
    classes,
    shape,
    normalisation,
    homepage: "https://github.com/modestyachts/CIFAR-10.1",
    licence: "MIT (the collection); none stated for the images",
    citation:
      "Recht, Roelofs, Schmidt & Shankar, Do CIFAR-10 Classifiers Generalize to CIFAR-10?, 2018",
  },
  splits: { test: 2000 },
  files: [DATA, LABELS].map((name) => ({ name, urls: [`${SERVER}/${name}`] })),
  read: async (directory) => ({
    test: await openArrayPair(join(directory, DATA), {
      labels: join(directory, LABELS),
      classes: classes.length,
    }),
  }),
});
