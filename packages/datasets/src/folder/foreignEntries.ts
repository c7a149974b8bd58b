import { type FileTree, filesBelow } from "../archives/fileTree.ts";
import type { DatasetEntry } from "../registry/datasetEntry.ts";
import { folderEntry } from "./folderEntry.ts";
import { isImage } from "./listImages.ts";
import { loadImageTree } from "./loadImageFolder.ts";

/** Resize(32) and CenterCrop(32), as Outlier Exposure and OpenOOD feed them to networks of CIFAR. */
const VIEW = { resize: 32, crop: 32 } as const;

interface ForeignManifest {
  readonly name: string;
  readonly title: string;
  readonly images: number;
  readonly file: string;
  readonly url: string;
  readonly md5: string;
}

const odin = {
  homepage: "https://github.com/facebookresearch/odin",
  citation:
    "Liang, Li & Srikant, Enhancing The Reliability of Out-of-distribution Image Detection, ICLR 2018",
};

/** The archives of the ODIN paper. Those that were resized carry artefacts of resizing that give them away. */
export const odinEntries: readonly DatasetEntry[] = [
  {
    name: "odin-imagenet-crop",
    title: "Tiny ImageNet, cropped (ODIN)",
    file: "Imagenet.tar.gz",
    url: "https://www.dropbox.com/s/avgm2u562itwpkl/Imagenet.tar.gz?dl=1",
    md5: "7c0827e4246c3718a5ee076e999e52e5",
  },
  {
    name: "odin-imagenet-resize",
    title: "Tiny ImageNet, resized (ODIN)",
    file: "Imagenet_resize.tar.gz",
    url: "https://www.dropbox.com/s/kp3my3412u5k9rl/Imagenet_resize.tar.gz?dl=1",
    md5: "0f9ff11d45babf2eff5fe12281d1ac31",
  },
  {
    name: "odin-lsun-crop",
    title: "LSUN, cropped (ODIN)",
    file: "LSUN.tar.gz",
    url: "https://www.dropbox.com/s/fhtsw1m3qxlwj6h/LSUN.tar.gz?dl=1",
    md5: "458a0a0ab8e5f1cb4516d7400568e460",
  },
  {
    name: "odin-lsun-resize",
    title: "LSUN, resized (ODIN)",
    file: "LSUN_resize.tar.gz",
    url: "https://www.dropbox.com/s/moqh2wh8696c3yl/LSUN_resize.tar.gz?dl=1",
    md5: "278b7b31c8cb7e804a1465a8ce03a2dc",
  },
].map((manifest) => foreignEntry({ ...manifest, images: 10_000 }, odin));

/** Describable Textures: 47 kinds of surfaces, no objects. */
export const texturesEntry = foreignEntry(
  {
    name: "textures",
    title: "Describable Textures (DTD r1.0.1)",
    images: 5640,
    file: "dtd-r1.0.1.tar.gz",
    url: "https://www.robots.ox.ac.uk/~vgg/data/dtd/download/dtd-r1.0.1.tar.gz",
    md5: "fff73e5086ae6bdbea199a49dfb8a4c1",
  },
  {
    homepage: "https://www.robots.ox.ac.uk/~vgg/data/dtd",
    citation: "Cimpoi et al., Describing Textures in the Wild, CVPR 2014",
  },
);

function foreignEntry(
  { images, file, url, md5, ...own }: ForeignManifest,
  source: { readonly homepage: string; readonly citation: string },
): DatasetEntry {
  return folderEntry({
    facts: {
      ...own,
      ...source,
      classes: ["image"],
      shape: [32, 32, 3],
      normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      licence: "none stated",
    },
    kind: "foreign",
    splits: { test: images },
    archives: [{ file, urls: [url], md5 }],
    placing: `${file}, expanded to .tar or extracted,`,
    async open(trees, { view = VIEW }) {
      const holding = await Promise.all(trees.map(holdsImages));
      const tree = trees[Math.max(holding.indexOf(true), 0)] as FileTree; // the first says what is missing
      return { test: await loadImageTree(tree, { layout: "flat", view }) };
    },
  });
}

async function holdsImages(tree: FileTree): Promise<boolean> {
  return (await filesBelow(tree, "")).some(isImage);
}
