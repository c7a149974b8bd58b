/** One report of how far a long task has come. */
export interface Progress {
  /** What is being done, for people: "downloading cifar-10-binary.tar.gz". */
  readonly task: string;
  readonly done: number;
  /** Absent when the end is not known. */
  readonly total?: number;
  readonly unit: "bytes" | "images" | "steps" | "files";
  /** Short extra facts worth showing beside the bar, for example the loss. */
  readonly note?: string;
}

/** Receives progress. Libraries call it; only applications print. */
export type OnProgress = (progress: Progress) => void;
