import { show, ValueError } from "@apr-kit/contracts";
import { type BatchesOptions, planBatches } from "./batchesInOrder.ts";
import type { ImageSource, LabelledPixels } from "./imageSource.ts";

export interface StreamOptions extends BatchesOptions {
  /** How many batches beyond the current one are being read already; default 2. */
  readonly readAhead?: number;
}

/** One batch of a stream. */
export interface StreamedStep extends LabelledPixels {
  /** Number of this batch in the epoch, from 0. */
  readonly step: number;
  /** Where its images stand in the source. */
  readonly indices: Int32Array;
}

/**
 * Walks a source in batches, reading ahead: step s holds the images order[s · batchSize], ...
 *
 * Convention: the same batches as batchesInOrder gives of the same images, and as resumable: a walk that begins
 * at `firstStep` reads nothing before it. While the caller works on a batch, the next ones are being read;
 * leaving the loop starts no more of them.
 *
 * @throws {ValueError} if batchSize, firstStep or readAhead is out of range; what the source throws, at its batch
 * @example
 * const order = shuffledOrder(train.size, { seed, epoch });
 * for await (const { step, images, labels } of streamBatches(train, { batchSize: 128, order, firstStep })) { ... }
 */
export function streamBatches(
  source: ImageSource,
  { readAhead = 2, ...options }: StreamOptions,
): AsyncGenerator<StreamedStep, void, undefined> {
  if (!(Number.isInteger(readAhead) && readAhead >= 0)) {
    throw new ValueError("streamBatches", {
      expected: "readAhead to be an integer ≥ 0",
      actual: show(readAhead),
    });
  }
  const plan = planBatches("streamBatches", source.size, options);
  return walk();

  async function* walk() {
    const pending: Promise<StreamedStep>[] = [];
    for (;;) {
      while (pending.length <= readAhead) {
        const next = plan.next();
        if (next.done) break;
        const { step, indices } = next.value;
        const reading = source.read(indices).then((batch) => ({ step, indices, ...batch }));
        reading.catch(() => {}); // it is thrown where its batch is due, not as an unhandled rejection
        pending.push(reading);
      }
      const current = pending.shift();
      if (current === undefined) return;
      yield await current;
    }
  }
}
