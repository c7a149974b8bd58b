import { show, ValueError } from "@apr-kit/contracts";
import type { ImageSplit } from "./imageDataset.ts";
import { type ImageBatch, takeBatch } from "./takeBatch.ts";

export interface BatchesOptions {
  readonly batchSize: number;
  /** Visiting order, for example of shuffledOrder; default 0, 1, 2, ... */
  readonly order?: ArrayLike<number>;
  /** The step to begin with; resuming a run after step s means s + 1. Default 0. */
  readonly firstStep?: number;
  /** "keep": the last batch may be smaller. "drop": images that fill no batch are left out. Default "keep". */
  readonly remainder?: "keep" | "drop";
}

export interface ImageStep extends ImageBatch {
  /** Number of this batch in the epoch, from 0. */
  readonly step: number;
  /** Where its images stand in the split. */
  readonly indices: Int32Array;
}

/**
 * Walks a split in batches: step s holds the images order[s · batchSize], order[s · batchSize + 1], ...
 *
 * Convention: a walk that begins at `firstStep` gives exactly what a whole walk gives from there on, and reads
 * nothing before it.
 *
 * @throws {ValueError} if batchSize or firstStep is out of range, or the order holds a bad index (when reached)
 * @example
 * for (const { step, images, labels } of batchesInOrder(test, { batchSize: 500 })) { ... } // 20 steps
 */
export function batchesInOrder(
  split: ImageSplit,
  options: BatchesOptions,
): Generator<ImageStep, void, undefined> {
  const plan = planBatches("batchesInOrder", split.size, options);
  return walk();

  function* walk() {
    for (const { step, indices } of plan) yield { step, indices, ...takeBatch(split, indices) };
  }
}

/** Which images each step holds; `where` is named in errors, which come at once. */
export function planBatches(
  where: string,
  size: number,
  { batchSize, order, firstStep = 0, remainder = "keep" }: BatchesOptions,
): Generator<Pick<ImageStep, "step" | "indices">, void, undefined> {
  assertCount(where, "batchSize", batchSize, 1);
  assertCount(where, "firstStep", firstStep, 0);
  const length = order?.length ?? size;
  const steps =
    remainder === "drop" ? Math.floor(length / batchSize) : Math.ceil(length / batchSize);
  return walk();

  function* walk() {
    for (let step = firstStep; step < steps; step++) {
      const start = step * batchSize;
      const count = Math.min(batchSize, length - start);
      const indices = Int32Array.from({ length: count }, (_, i) =>
        order === undefined ? start + i : (order[start + i] as number),
      );
      yield { step, indices };
    }
  }
}

function assertCount(where: string, name: string, value: number, minimum: number): void {
  if (Number.isInteger(value) && value >= minimum) return;
  throw new ValueError(where, {
    expected: `${name} to be an integer ≥ ${minimum}`,
    actual: show(value),
  });
}
