import { join } from "node:path";
import { openArrayPair } from "../arrays/openArrayPair.ts";
import { cifar10Manifest } from "../records/cifar10Manifest.ts";
import { fileEntry } from "./fileEntry.ts";
import type { DataFile } from "./fileManifest.ts";

const DATA = "cifar10.1_v6_data.npy";
const LABELS = "cifar10.1_v6_labels.npy";
const SERVER = "https://raw.githubusercontent.com/modestyachts/CIFAR-10.1/master/datasets";
const { classes, shape, normalisation } = cifar10Manifest;

/**
 * CIFAR-10.1 v6: a second test set of CIFAR-10, for what a choice made on the first one is worth.
 *
 * The sums are those that MIT Lincoln Laboratory's rai_toolbox lists.
 */
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
  splits: { test: { images: 2000, read } },
  files: [
    file(DATA, "4fcae82cb1326aec9ed1dc1fc62345b8"),
    file(LABELS, "09a97fb7c430502fcbd69d95093a3f85"),
  ],
});

function read(directory: string) {
  const labels = join(directory, LABELS);
  return openArrayPair(join(directory, DATA), { labels, classes: classes.length });
}

function file(name: string, md5: string): DataFile {
  return { name, urls: [`${SERVER}/${name}`], sum: { algorithm: "md5", value: md5 } };
}
