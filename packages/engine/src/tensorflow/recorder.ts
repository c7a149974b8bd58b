import type { NativeAttr, NativeInput, NativeOutput, NativeValues } from "./nativeAddon.ts";

/** An operation as the backend ran it; inputs are ids. */
export interface RecordedCall {
  readonly op: string;
  readonly attrs: readonly NativeAttr[];
  readonly inputs: readonly NativeInput[];
  readonly device?: string;
}

/** What the backend tells while a function is traced. */
export interface Recorder {
  record(call: RecordedCall, results: readonly NativeOutput[]): void;
  /** An id means nothing any more, and another tensor soon. */
  forget(id: number): void;
  /**
   * Whether values from the host are many but all the same, so that an operation had better make them.
   *
   * Throws if they are too many to be a constant.
   */
  isFill(values: NativeValues, shape: readonly number[]): boolean;
  /** Makes the trace fail, whatever `fn` does next; the error says that fn was expected … */
  spoil(expected: string, actual: string): Error;
}
