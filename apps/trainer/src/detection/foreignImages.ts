import { isDeepStrictEqual } from "node:util";
import type { PixelBatch } from "@apr-kit/contracts";
import {
  datasetEntries,
  findDataset,
  type LoadOptions,
  type OutlierKind,
  outlierKinds,
  syntheticOutliers,
} from "@apr-kit/datasets";
import type { Bars } from "../terminal/bars.ts";
import { CliError } from "../terminal/cliError.ts";
import { fitImages } from "./fitImages.ts";
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
 * Makes a synthetic set by its name, takes the test images of a known data set, or reads a folder of pictures
 * or a .npy file.
 *
 * @throws {CliError} if `source` is nothing of the kind, or its images do not fit
 */
export async function foreignImages(
  source: string,
  options: ForeignOptions,
  bars?: Pick<Bars, "onProgress" | "say">,
): Promise<ForeignImages> {
  const isKind = (name: string): name is OutlierKind => outlierKinds.some((kind) => kind === name);
  if (isKind(source)) {
    const { size, seed } = options;
    const images = syntheticOutliers(source, options);
    return { name: source, images, description: `${size} synthetic images, seed ${seed}` };
  }
  if (datasetEntries.some(({ facts }) => facts.name === source)) {
    const progress = bars === undefined ? {} : { onProgress: bars.onProgress, onNotice: bars.say };
    return knownDataset(source, options, progress);
  }
  return readImageFolder(source, options);
}

/** The first test images of a data set that has a name. */
async function knownDataset(
  name: string,
  { size, shape }: ForeignOptions,
  options: LoadOptions,
): Promise<ForeignImages> {
  const { title, test } = await findDataset(name).load({ ...options, splits: ["test"] });
  const isUsable = test !== undefined && [1, shape[2]].includes(test.shape[2]);
  if (!isUsable) {
    throw new CliError(
      "BAD_SET",
      `--against: expected a data set with test images of ${shape[2]} channels or grey, got ${name}` +
        (test === undefined ? ", which has no test images" : ` of ${test.shape.join("×")}`),
    );
  }
  const count = Math.min(size, test.size);
  const { images } = await test.read(Int32Array.from({ length: count }, (_, index) => index));
  const description = `first ${count} test images of ${title}`;
  if (isDeepStrictEqual(test.shape, shape)) return { name, images, description };
  const fitted = `${description}, scaled from ${test.shape.join("×")} to ${shape.join("×")}`;
  return { name, images: fitImages(images, shape), description: fitted };
}
