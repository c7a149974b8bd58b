import type { OnProgress } from "@apr-kit/contracts";
import type { CorruptionName, Severity } from "@apr-kit/corruptions";
import type { ChosenCells } from "./chooseCells.ts";
import type { Chunk } from "./corruptChunk.ts";
import type { CleanImages } from "./openImages.ts";
import { publishRecord, type SetRecord } from "./setRecord.ts";

/** The images, and what is to be made of them. */
export interface SetPlan {
  readonly directory: string;
  readonly clean: CleanImages;
  readonly cells: ChosenCells;
  readonly jobs: number;
}

/** A plan under way: what a writer of a layout needs. */
export interface SetWork extends SetPlan, SetMeans {
  /** What is finished. */
  record(): SetRecord;
  /** Says how many images there are to do in all. */
  expect(images: number): void;
  /** Says that so many more are done. */
  advance(images: number, name: CorruptionName, severity: Severity): void;
  /** Enters a finished file or folder into the record, on disk. */
  finished(file: string, sha256: string): Promise<void>;
}

interface SetMeans {
  /** Corrupts some images, in whichever process is free. */
  corrupt(
    chunk: Pick<Chunk, "pixels" | "samples" | "name" | "severity" | "asJpeg">,
  ): Promise<readonly Uint8Array[]>;
}

/** Starts to keep count of a plan. */
export function createWork(
  plan: SetPlan,
  before: SetRecord,
  { corrupt, onProgress }: SetMeans & { readonly onProgress: OnProgress },
): SetWork {
  let record = before;
  let done = 0;
  let total = 0;
  let publishing = Promise.resolve();
  return {
    ...plan,
    corrupt,
    record: () => record,
    expect(images) {
      total = images;
    },
    advance(images, name, severity) {
      done += images;
      const note = `${name} ${severity}`;
      onProgress({ task: "corrupting", done, total, unit: "images", note });
    },
    finished(file, sha256) {
      record = { ...record, files: { ...record.files, [file]: sha256 } };
      publishing = publishing.then(() => publishRecord(plan.directory, record));
      return publishing;
    },
  };
}
