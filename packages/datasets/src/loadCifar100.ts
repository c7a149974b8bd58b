import type { ImageDataset } from "./imageDataset.ts";
import { cifar100Manifest } from "./records/cifar100Manifest.ts";
import { loadRecords } from "./records/loadRecords.ts";
import type { LoadOptions } from "./registry/datasetEntry.ts";

/**
 * Loads CIFAR-100: 50 000 training and 10 000 test images of 32 × 32 × 3 bytes in 100 classes.
 *
 * Sources, in this order: the decoded cache; cifar-100-binary.tar.gz or cifar-100-python.tar.gz in
 * `<cache>/downloads`; the official server. With `directory`: either archive, extracted.
 *
 * Convention: `labels` are the fine classes, `coarseLabels` the twenty coarse ones; pixels and order as in loadCifar10.
 * Cost: 185 MB of memory.
 *
 * @throws {SetupError} one line with what went wrong at each source and what to do
 *
 * @see Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
 */
export function loadCifar100(options: LoadOptions = {}): Promise<ImageDataset> {
  return loadRecords(cifar100Manifest, options);
}
