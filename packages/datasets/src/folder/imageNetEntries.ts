import { SetupError, show, ValueError } from "@apr-kit/contracts";
import { type FileTree, joined, type TreeChildren } from "../archives/fileTree.ts";
import type { DatasetFacts } from "../imageDataset.ts";
import type { ImageSource } from "../imageSource.ts";
import type { DatasetEntry, LoadOptions } from "../registry/datasetEntry.ts";
import { type FoundFolder, findFolders } from "./findFolders.ts";
import { type FolderManifest, folderEntry } from "./folderEntry.ts";
import { imageNetWnids } from "./imageNetWnids.ts";
import { loadImageTree } from "./loadImageFolder.ts";
import { corruptionSetIn, imageNetCViews } from "./openCorruptionSet.ts";

const LICENCE =
  "ImageNet's terms of access: research and education, not commercial; images are others'";
const EVALUATION_VIEW = { resize: 256, crop: 224 } as const;
const LABEL_LISTS = [
  "val.txt",
  "LOC_val_solution.csv",
  "imagenet_2012_validation_synset_labels.txt",
];

const imageNetFacts: DatasetFacts = {
  name: "imagenet",
  title: "ImageNet (ILSVRC 2012)",
  classes: imageNetWnids,
  shape: [224, 224, 3],
  normalisation: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  homepage: "https://image-net.org",
  licence: LICENCE,
  citation: "Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, IJCV 2015",
};

/** ImageNet, placed by hand: train/ and val/, the latter with class folders or flat beside a list of labels. */
export const imageNetEntry = folderEntry({
  facts: imageNetFacts,
  kind: "labelled",
  splits: { train: 1_281_167, test: 50_000 },
  archives: [],
  placing: `train/<wnid>/ and val/<wnid>/ of image-net.org (it takes a login), or a flat val/ with one of ${LABEL_LISTS.join(", ")}`,
  async open(trees, options) {
    const train = await oneFolder(
      trees,
      (children, name) => name === "train" && hasWnids(children),
    );
    const val = await oneFolder(trees, (children, name) => name === "val" && hasWnids(children));
    const flat = await oneFolder(trees, ({ files }) => files.some((name) => VAL_FILE.test(name)));
    const found = {
      ...(train && { train: await classFolders(train, options) }),
      ...(val && { test: await classFolders(val, options) }),
      ...(!val && flat && { test: await flatVal(flat, trees, options) }),
    };
    if (Object.keys(found).length > 0) return found;
    throw lacking(options.place, "train/<wnid>/ or val/");
  },
});

const VAL_FILE = /^ILSVRC2012_val_\d{8}\.JPEG$/i;

/** ImageNet-C: the fifteen corruptions and four extras, a .tar for each group. */
export const imageNetCEntry = corruptedEntry({
  facts: {
    ...imageNetFacts,
    name: "imagenet-c",
    title: "ImageNet-C",
    homepage: "https://github.com/hendrycks/robustness",
    citation:
      "Hendrycks & Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and Perturbations, ICLR 2019",
  },
  images: 50_000,
  classes: imageNetWnids,
  archives: (
    [
      ["blur", 7, "2d8e81fdd8e07fef67b9334fa635e45c"],
      ["digital", 7, "89157860d7b10d5797849337ca2e5c03"],
      ["extra", 15, "d492dfba5fc162d8ec2c3cd8ee672984"],
      ["noise", 21, "e80562d7f6c3f8834afb1ecf27252745"],
      ["weather", 12, "33ffea4db4d93fe4a428c40a6ce0c25d"],
    ] as const
  ).map(([part, gigabytes, md5]) => ({
    part,
    gigabytes,
    md5,
    file: `${part}.tar`,
    urls: [`https://zenodo.org/records/2235448/files/${part}.tar?download=1`],
  })),
  placing: "blur.tar, noise.tar, ... of zenodo.org/records/2235448, or what is in them",
  view: imageNetCViews.centerCrop,
});

/** ImageNet-R: renditions of 200 of the classes. Labels are ImageNet's; score only the classes that are there. */
export const imageNetREntry = subsetEntry({
  name: "imagenet-r",
  title: "ImageNet-R",
  images: 30_000,
  md5: "a61312130a589d0ca1a8fca1f2bd3337",
  homepage: "https://github.com/hendrycks/imagenet-r",
  citation: "Hendrycks et al., The Many Faces of Robustness, ICCV 2021",
});

/** ImageNet-A: photographs of 200 of the classes that ResNet-50 got wrong. */
export const imageNetAEntry = subsetEntry({
  name: "imagenet-a",
  title: "ImageNet-A",
  images: 7500,
  md5: "c3e55429088dc681f30d81f4726b6595",
  homepage: "https://github.com/hendrycks/natural-adv-examples",
  citation: "Hendrycks et al., Natural Adversarial Examples, CVPR 2021",
});

/** ImageNet-V2: class folders that are called by the index of the class. */
export const imageNetV2Entry = folderEntry({
  facts: {
    ...imageNetFacts,
    name: "imagenet-v2",
    title: "ImageNet-V2, matched frequency",
    homepage: "https://github.com/modestyachts/ImageNetV2",
    licence: "MIT (the collection); none stated for the images",
    citation:
      "Recht, Roelofs, Schmidt & Shankar, Do ImageNet Classifiers Generalize to ImageNet?, ICML 2019",
  },
  kind: "labelled",
  splits: { test: 10_000 },
  archives: [],
  placing:
    "imagenetv2-matched-frequency-format-val/ of huggingface.co/datasets/vaishaal/ImageNetV2 (a .tar.gz: expand it)",
  async open(trees, { place, view = EVALUATION_VIEW }) {
    const isIndex = (name: string) => /^\d{1,3}$/.test(name);
    const at = await oneFolder(trees, ({ folders }) => folders.filter(isIndex).length > 100);
    if (at === undefined) throw lacking(place, "class folders 0 to 999");
    const classes = imageNetWnids.map((_, index) => `${index}`);
    return { test: await loadImageTree(at.tree, { folder: at.folder, classes, view }) };
  },
});

interface CorruptedManifest extends Pick<FolderManifest, "facts" | "archives" | "placing"> {
  /** In each cell. */
  readonly images: number;
  /** Names of classes by index, of which the folders may be some; default the folders'. */
  readonly classes?: readonly string[];
  readonly view: NonNullable<LoadOptions["view"]>;
}

/** The entry of a set in the layout of ImageNet-C. */
export function corruptedEntry({
  images,
  classes,
  view: usual,
  ...manifest
}: CorruptedManifest): DatasetEntry {
  return folderEntry({
    ...manifest,
    kind: "corrupted",
    splits: { test: images },
    async open(trees, { place, cell, view = usual }) {
      if (cell === undefined) {
        throw new ValueError("load", {
          expected: `cell, a corruption and a severity, for ${manifest.facts.name}`,
          actual: show(cell),
        });
      }
      const options = { view, ...(classes && { classes }) };
      return { test: await (await corruptionSetIn(place, trees)).load(cell, options) };
    },
  });
}

interface SubsetManifest extends Pick<DatasetFacts, "name" | "title" | "homepage" | "citation"> {
  readonly images: number;
  readonly md5: string;
}

function subsetEntry({ images, md5, ...own }: SubsetManifest): DatasetEntry {
  const file = `${own.name}.tar`;
  return folderEntry({
    facts: {
      ...imageNetFacts,
      ...own,
      licence: "MIT (the collection); none stated for the images",
    },
    kind: "labelled",
    splits: { test: images },
    archives: [{ file, md5, urls: [`https://people.eecs.berkeley.edu/~hendrycks/${file}`] }],
    placing: `${file}, or what is in it,`,
    async open(trees, options) {
      const at = await oneFolder(trees, hasWnids);
      if (at === undefined) throw lacking(options.place, "class folders <wnid>");
      return { test: await classFolders(at, options) };
    },
  });
}

/** The first folder that a test accepts. */
export async function oneFolder(
  trees: readonly FileTree[],
  accepts: (children: TreeChildren, name: string) => boolean,
): Promise<FoundFolder | undefined> {
  return (await findFolders(trees, accepts))[0];
}

/** Whether there are folders that are named by WordNet identifiers. */
export function hasWnids({ folders }: TreeChildren): boolean {
  return folders.some((name) => /^n\d{8}$/.test(name));
}

/** What is thrown for a place that does not hold a set. */
export function lacking(place: string, what: string): SetupError {
  return new SetupError("datasets", `${place} holds no ${what}`, "give the folder that holds it");
}

function classFolders(
  { tree, folder }: FoundFolder,
  { view = EVALUATION_VIEW }: LoadOptions,
): Promise<ImageSource> {
  return loadImageTree(tree, { folder, classes: imageNetWnids, view });
}

async function flatVal(
  { tree, folder }: FoundFolder,
  trees: readonly FileTree[],
  { view = EVALUATION_VIEW, place }: LoadOptions & { readonly place: string },
): Promise<ImageSource> {
  const isList = (name: string) => LABEL_LISTS.includes(name);
  const beside = await oneFolder(trees, ({ files }) => files.some(isList));
  if (beside === undefined) {
    throw lacking(place, `list of labels for the flat images: ${LABEL_LISTS.join(", ")}`);
  }
  const { files } = await beside.tree.children(beside.folder);
  const list = joined(beside.folder, files.find(isList) as string);
  const labels = Buffer.from(await beside.tree.read(list)).toString();
  return loadImageTree(tree, { folder, layout: "flat", labels, classes: imageNetWnids, view });
}
