import type { OnProgress } from "@apr-kit/contracts";
import type { DatasetFacts, ImageDataset, OnNotice } from "../imageDataset.ts";
import { type ImageSource, splitSource } from "../imageSource.ts";
import type { ImageView } from "../resample/viewImage.ts";

/** "corrupted": one test set per corruption and severity. "foreign": images of no class of ours. */
export type DatasetKind = "labelled" | "corrupted" | "foreign";

export type SplitName = "train" | "validation" | "test";

export interface LoadOptions {
  /** The user's own extracted copy; nothing is fetched or cached then. */
  readonly directory?: string;
  /** Root of the cache; default cacheDirectory(). */
  readonly cache?: string;
  /** Hash every cached byte before use, not only compare sizes; default false. */
  readonly verify?: boolean;
  /** Only these splits are wanted; others may be left out, where that saves time. Default all. */
  readonly splits?: readonly SplitName[];
  /** Which test set of a corrupted data set. */
  readonly cell?: CorruptionCell;
  /** Of sets of photographs: how they are resized and cropped; default as the set is usually fed. */
  readonly view?: ImageView;
  /** Of sets that are published in parts: which to fetch. */
  readonly parts?: readonly string[];
  readonly onProgress?: OnProgress;
  /** Told of fetching, of a source that failed, of a damaged cache, of waiting for another process. */
  readonly onNotice?: OnNotice;
}

export interface CorruptionCell {
  readonly corruption: string;
  readonly severity: 1 | 2 | 3 | 4 | 5;
}

export interface CheckOptions {
  /** Check this copy of the user's instead of the cache. */
  readonly directory?: string;
  /** Root of the cache; default cacheDirectory(). */
  readonly cache?: string;
  readonly onProgress?: OnProgress;
}

export interface DatasetCheck {
  readonly name: string;
  readonly state: "intact" | "damaged" | "absent";
  /** The folder that was looked at. */
  readonly place: string;
  /** One line for people. */
  readonly detail: string;
}

/** What `get` fetched, or found to be there. */
export interface DatasetReceipt {
  readonly name: string;
  readonly place: string;
  /** One line for people. */
  readonly detail: string;
}

/** A data set ready to be read; the splits that it has. */
export interface LoadedDataset extends DatasetFacts {
  readonly train?: ImageSource;
  readonly validation?: ImageSource;
  /** For the final figure only: tune on `validation`, or on a part of `train`. */
  readonly test?: ImageSource;
  /** Where these bytes came from, in words, for the record of a run. */
  readonly source: string;
}

/** One data set that can be asked for by its name. */
export interface DatasetEntry {
  readonly facts: DatasetFacts;
  readonly kind: DatasetKind;
  /** Images in each split; in each cell of a corrupted set. */
  readonly splits: Readonly<Partial<Record<SplitName, number>>>;
  /** Addresses in the order in which they are tried; none where the set is placed by hand only. */
  readonly sources: readonly string[];
  /** Size of the first source. */
  readonly downloadBytes?: number;
  /** How to place the set by hand, in one sentence. */
  readonly placing: string;
  /** The file or folder in the cache that is the set's. */
  readonly place: (cache: string) => string;
  /** Whether the set lies whole at its place, without reading it. Default: whether there is something. */
  readonly isHere?: (cache: string) => Promise<boolean>;
  /** Opens the set, fetching it first where that is needed and possible. */
  readonly load: (options: LoadOptions) => Promise<LoadedDataset>;
  /** Only of sets with train and test splits that fit in memory, as the trainer needs them. */
  readonly loadInMemory?: (options: LoadOptions) => Promise<ImageDataset>;
  /** Fetches into the cache what is not there. */
  readonly get: (options: Omit<LoadOptions, "cell" | "directory">) => Promise<DatasetReceipt>;
  /** Hashes every byte. Fetches nothing, changes nothing, and reports a defect instead of throwing. */
  readonly check: (options: CheckOptions) => Promise<DatasetCheck>;
}

/** Presents a data set in memory as one of sources. */
export function loadedFromMemory({ train, test, ...rest }: ImageDataset): LoadedDataset {
  return { ...rest, train: splitSource(train), test: splitSource(test) };
}
