import type { PixelBatch } from "@apr-kit/contracts";
import { type OutlierKind, outlierKinds, syntheticOutliers } from "@apr-kit/datasets";
import { readImageFolder } from "./readImageFolder.ts";

/** Images that a network was not trained for. */
export interface ForeignImages {
  readonly name: string;
  readonly images: PixelBatch;
  /** Where they come from and what was done to them, in words. */
  readonly description: string;
}

export interface ForeignOptions {
  /** Number of synthetic images, and the most taken of a folder. */
  readonly size: number;
  readonly shape: readonly [height: number, width: number, channel: number];
  readonly seed: number;
}

/**
 * Makes a synthetic set by its name, or reads a folder of pictures or a .npy file.
 *
 * @throws {CliError} if `source` is neither
 */
export async function foreignImages(
  source: string,
  { size, shape, seed }: ForeignOptions,
): Promise<ForeignImages> {
  const isKind = (name: string): name is OutlierKind => outlierKinds.some((kind) => kind === name);
  if (!isKind(source)) return readImageFolder(source, { size, shape });
  const images = syntheticOutliers(source, { size, shape, seed });
  return { name: source, images, description: `${size} synthetic images, seed ${seed}` };
}
