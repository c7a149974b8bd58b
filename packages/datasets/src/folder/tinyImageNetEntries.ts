import { joined } from "../archives/fileTree.ts";
import type { DatasetFacts } from "../imageDataset.ts";
import { folderEntry } from "./folderEntry.ts";
import { corruptedEntry, hasWnids, imageNetEntry, lacking, oneFolder } from "./imageNetEntries.ts";
import { loadImageTree } from "./loadImageFolder.ts";

const ANNOTATIONS = "val_annotations.txt";

const facts: DatasetFacts = {
  ...imageNetEntry.facts,
  name: "tiny-imagenet",
  title: "Tiny ImageNet",
  classes: [], // 200 of WordNet's identifiers, known when the folders are listed
  shape: [64, 64, 3],
  homepage: "http://cs231n.stanford.edu",
  citation: "Le & Yang, Tiny ImageNet Visual Recognition Challenge, CS 231N, 2015",
};

/** Tiny ImageNet: 200 classes of 64 × 64 pixels. `test` is the official val; the official test has no labels. */
export const tinyImageNetEntry = folderEntry({
  facts,
  kind: "labelled",
  splits: { train: 100_000, test: 10_000 },
  archives: [
    {
      file: "tiny-imagenet-200.zip",
      urls: ["http://cs231n.stanford.edu/tiny-imagenet-200.zip"],
      md5: "90528d7ca1a48142e341f4ef8d21d0de",
    },
  ],
  placing: "tiny-imagenet-200.zip, or what is in it,",
  async open(trees, { place, view = {} }) {
    const train = await oneFolder(
      trees,
      (children, name) => name === "train" && hasWnids(children),
    );
    const val = await oneFolder(trees, ({ files }) => files.includes(ANNOTATIONS));
    const sorted = await oneFolder(trees, (children, name) => name === "val" && hasWnids(children));
    const listing = train ?? sorted;
    if (listing === undefined) throw lacking(place, "train/<wnid>/");
    const classes = (await listing.tree.children(listing.folder)).folders;
    const options = { classes, view };
    const held = val ?? sorted;
    const labels =
      val === undefined ? undefined : await val.tree.read(joined(val.folder, ANNOTATIONS));
    return {
      classes,
      ...(train && {
        train: await loadImageTree(train.tree, { ...options, folder: train.folder }),
      }),
      ...(held && {
        test: await loadImageTree(held.tree, {
          ...options,
          folder: held.folder,
          ...(labels && { layout: "flat", labels: Buffer.from(labels).toString() }),
        }),
      }),
    };
  },
});

/** Tiny-ImageNet-C, in the layout of ImageNet-C. */
export const tinyImageNetCEntry = corruptedEntry({
  facts: {
    ...facts,
    name: "tiny-imagenet-c",
    title: "Tiny-ImageNet-C",
    homepage: "https://github.com/hendrycks/robustness",
    citation:
      "Hendrycks & Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and Perturbations, ICLR 2019",
  },
  images: 10_000,
  archives: [
    {
      part: "benchmark",
      file: "Tiny-ImageNet-C.tar",
      urls: ["https://zenodo.org/records/8206060/files/Tiny-ImageNet-C.tar?download=1"],
      md5: "f9c9a9dbdc11469f0b850190f7ad8be1",
    },
    {
      part: "extra",
      file: "Tiny-ImageNet-C-extra.tar",
      urls: ["https://zenodo.org/records/8206060/files/Tiny-ImageNet-C-extra.tar?download=1"],
      md5: "0db0588d243cf403ef93449ec52b70eb",
    },
  ],
  placing: "Tiny-ImageNet-C.tar, or what is in it,",
  view: {},
});
