import { createHash } from "node:crypto";
import { SetupError } from "@apr-kit/contracts";
import type { ImageSplit } from "../imageDataset.ts";
import type { RecordManifest } from "./recordManifest.ts";

/** Both splits, decoded. */
export interface Splits {
  readonly train: ImageSplit;
  readonly test: ImageSplit;
}

/** SHA-256 over train pixels, train labels, test pixels, test labels; coarse labels behind the fine ones. */
export function splitsSha256({ train, test }: Splits): string {
  const hash = createHash("sha256");
  for (const { images, labels, coarseLabels } of [train, test]) {
    hash.update(images.data).update(labels);
    if (coarseLabels !== undefined) hash.update(coarseLabels);
  }
  return hash.digest("hex");
}

/**
 * Throws a SetupError unless `splits` are, byte for byte, what the manifest promises.
 *
 * @returns their SHA-256
 */
export function assertSplitsAre(
  { title, sha256 }: RecordManifest,
  splits: Splits,
  remedy: string,
): string {
  const actual = splitsSha256(splits);
  if (sha256 === undefined || actual === sha256) return actual;
  const problem = `the decoded images are not ${title} (sha256 ${actual.slice(0, 12)}… for ${sha256.slice(0, 12)}…)`;
  throw new SetupError("datasets", problem, remedy);
}
