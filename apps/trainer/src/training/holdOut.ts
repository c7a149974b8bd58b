import { type ImageDataset, type ImageSplit, splitValidation } from "@apr-kit/datasets";
import type { RunConfig } from "../config/schema.ts";

/** What a run trains on, and what it holds out of the training set. */
export interface HeldOut {
  readonly train: ImageSplit;
  /** Absent where the configuration holds nothing out. */
  readonly validation?: ImageSplit;
}

/**
 * Divides the training set as a run's configuration says; always the same way for the same run.
 *
 * The network has not seen the validation part: choices, such as a temperature, may be made on it. The test set
 * stays for the final figures.
 *
 * @throws {ValueError} if no image would be left to train on
 */
export function holdOut(
  { validation: { size }, seed }: Pick<RunConfig, "validation" | "seed">,
  { train }: Pick<ImageDataset, "train">,
): HeldOut {
  return size === 0 ? { train } : splitValidation(train, { size, seed });
}
