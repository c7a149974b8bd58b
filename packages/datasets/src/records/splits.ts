import { createHash } from "node:crypto";
import { SetupError } from "@apr-kit/contracts";
import type { ImageSplit } from "../imageDataset.ts";
import type { RecordManifest } from "./recordManifest.ts";

/** Both splits, decoded. */
export interface Splits {
  readonly train: ImageSplit;
  readonly test: ImageSplit;
}

/** SHA-256 over train pixels, train labels, test pixels, test labels. */
export function splitsSha256({ train, test }: Splits): string {
  const hash = createHash("sha256");
  for (const { images, labels } of [train, test]) hash.update(images.data).update(labels);
  return hash.digest("hex");
}

/** Throws a SetupError unless `splits` are, byte for byte, what the manifest promises. */
export function assertSplitsAre(manifest: RecordManifest, splits: Splits, remedy: string): void {
  const actual = splitsSha256(splits);
  if (actual === manifest.sha256) return;
  const problem = `the decoded images are not ${manifest.title} (sha256 ${actual.slice(0, 12)}… for ${manifest.sha256.slice(0, 12)}…)`;
  throw new SetupError("datasets", problem, remedy);
}
