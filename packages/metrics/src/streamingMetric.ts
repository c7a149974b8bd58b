/**
 * A metric over a stream of batches: `compute(update(update(init(), a), b))` equals one pass over all.
 *
 * States are plain JSON values and are never changed in place, so they can be stored and resumed.
 */
export interface StreamingMetric<TState, TBatch, TResult> {
  init(): TState;
  update(state: TState, batch: TBatch): TState;
  compute(state: TState): TResult;
}

/** What a classifier said about some images, and what is true. */
export interface LabelledLogits {
  /** [batch, classes], row-major, unnormalised log-probabilities. */
  readonly logits: ArrayLike<number>;
  /** [batch], class indices. */
  readonly labels: ArrayLike<number>;
}

/** As {@link LabelledLogits}, after the softmax. */
export interface LabelledProbabilities {
  /** [batch, classes], row-major; every row sums to 1. */
  readonly probabilities: ArrayLike<number>;
  /** [batch], class indices. */
  readonly labels: ArrayLike<number>;
}

/** A number and how it was defined, in words fit for a report. */
export interface Measurement {
  readonly value: number;
  readonly convention: string;
}

/** A share of examples, as a fraction in [0, 1]. */
export interface Rate extends Measurement {
  /** How many examples the rate counts. */
  readonly hits: number;
  /** Out of how many. */
  readonly count: number;
}
