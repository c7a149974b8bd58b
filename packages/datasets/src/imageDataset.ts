import type { PixelBatch } from "@apr-kit/contracts";

/** Images of one split in memory, each with its class. */
export interface ImageSplit {
  readonly images: PixelBatch;
  /** [size], class indices. */
  readonly labels: Uint8Array;
  /** [size], indices of the data set's coarser classes, where it has some. */
  readonly coarseLabels?: Uint8Array;
  readonly size: number;
}

/** Per-channel mean and standard deviation on the [0, 1] pixel scale, in the order of the channels. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What is true of a data set before a byte of it is read. */
export interface DatasetFacts {
  /** The name that commands and configurations use. */
  readonly name: string;
  readonly title: string;
  /** Class names by class index. */
  readonly classes: readonly string[];
  /** Names of the coarser classes, where there are some. */
  readonly coarseClasses?: readonly string[];
  readonly shape: readonly [height: number, width: number, channel: number];
  /** Over all pixels of the training split, where they are known. */
  readonly statistics?: ChannelStatistics;
  /** What models of the APR paper are fed with; see the README for how it differs from `statistics`. */
  readonly normalisation: ChannelStatistics;
  readonly homepage: string;
  readonly licence: string;
  readonly citation: string;
}

/** A data set in memory. `test` is for the final figure only: tune on a part of `train` (splitValidation). */
export interface ImageDataset extends DatasetFacts {
  readonly train: ImageSplit;
  readonly test: ImageSplit;
  /** Where these bytes came from, in words, for the record of a run. */
  readonly source: string;
}

/** Receives one line about something unusual that was dealt with. Libraries call it; applications print. */
export type OnNotice = (message: string) => void;
