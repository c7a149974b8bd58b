/** @file What the calling thread and the reading threads say to each other. */
import type { FileLocation } from "../archives/fileLocation.ts";
import type { ReadImageOptions } from "../folder/readImageFile.ts";
import type { SentError } from "./sentError.ts";

/** Images that all reading threads work on together. */
export interface ReadJob extends Required<Omit<ReadImageOptions, "memory">> {
  readonly files: readonly { readonly name: string; readonly location: FileLocation }[];
}

/** A job as every thread gets it. */
export interface SentJob extends ReadJob {
  readonly id: number;
  /** [1], shared: the next file that nobody has taken. From `files.length` on there is none. */
  readonly next: Int32Array;
}

/** Bounds of one thread; its workerData. */
export interface ReadLimits {
  readonly concurrency: number;
  readonly memoryBytes: number;
}

/** The first answer is "ready"; then one for each file that was taken. */
export type ReadAnswer = "ready" | ImageAnswer | FailureAnswer;

interface ImageAnswer {
  readonly id: number;
  readonly position: number;
  readonly pixels: Uint8Array;
}

interface FailureAnswer {
  readonly id: number;
  readonly failure: SentError;
}
