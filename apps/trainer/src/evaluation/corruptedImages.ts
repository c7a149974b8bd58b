import { stat } from "node:fs/promises";
import { join } from "node:path";
import { corrupt, type Severity } from "@apr-kit/corruptions";
import {
  type ImageDataset,
  type ImageSplit,
  loadCifarC,
  regeneration,
  takeBatch,
} from "@apr-kit/datasets";
import type { BenchmarkCorruption } from "@apr-kit/metrics";
import { CliError } from "../terminal/cliError.ts";
import { benchmarkCorruptions, evaluatedCorruptions } from "./evaluatedCorruptions.ts";

/** Corrupted test images, cell by cell. */
export interface CorruptedImages {
  /** Where they come from, for the reader of a report. */
  readonly source: string;
  readonly corruptions: readonly BenchmarkCorruption[];
  /** Images in each cell. */
  readonly size: number;
  cell(corruption: BenchmarkCorruption, severity: Severity): Promise<ImageSplit>;
}

/**
 * Corrupts the first test images here, by the CIFAR-10-C algorithms and parameters with seeded draws: the
 * distribution of the published arrays, not their bytes.
 *
 * Convention: frost is left out, because its photographs are not redistributable.
 */
export function regeneratedImages(
  { test }: Pick<ImageDataset, "test">,
  { images, seed }: { readonly images: number; readonly seed: number },
): CorruptedImages {
  const size = Math.min(images, test.size);
  const samples = Int32Array.from({ length: size }, (_, index) => index);
  const { images: pixels, labels } = takeBatch(test, samples);
  return {
    source: `regenerated here from the first ${size} test images, seed ${seed}; without frost`,
    corruptions: evaluatedCorruptions.map(({ name }) => name),
    size,
    async cell(name, severity) {
      const options = { name, severity, table: "cifar", seed, samples } as const;
      return { images: await corrupt(pixels, options), labels, size };
    },
  };
}

/**
 * Reads corrupted images from a folder laid out as CIFAR-10-C: the published set, or one of `apr corrupt`.
 *
 * Convention: the first `images` of each cell; frost where its file is there. The labels must be those of the
 * clean test images.
 *
 * @throws {CliError} BAD_SET if the images have another shape
 * @throws {SetupError} if a file is missing or damaged, or the labels are others
 */
export async function storedImages(
  directory: string,
  { name, shape, test }: Pick<ImageDataset, "name" | "shape" | "test">,
  { images }: { readonly images: number },
): Promise<CorruptedImages> {
  const read = (corruption: string, severity: Severity) =>
    loadCifarC({ directory, corruption, severity, images, cleanLabels: test.labels });
  const hasFrost = (await stat(join(directory, "frost.npy")).catch(() => undefined)) !== undefined;
  const corruptions = (hasFrost ? benchmarkCorruptions : evaluatedCorruptions).map(
    (one) => one.name,
  );
  const first = await read(corruptions[0]!, 1);
  const found = first.images.shape.slice(1);
  if (found.some((side, axis) => side !== shape[axis])) {
    throw new CliError(
      "BAD_SET",
      `--corrupted: expected images of ${shape.join("×")} as in ${name}, got ${found.join("×")} in ${directory}`,
    );
  }
  const made = await regeneration(directory);
  const kind =
    made?.label ??
    `as published (apr data check ${name}-c --directory ${directory} compares the bytes)`;
  const extent = `first ${first.size} images of each cell${hasFrost ? "" : "; without frost"}`;
  return {
    source: `read from ${directory}, ${kind}; ${extent}`,
    corruptions,
    size: first.size,
    cell: read,
  };
}
