import type { RecordManifest } from "./recordManifest.ts";

const FINE =
  "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm";
const COARSE =
  "aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices household_furniture insects large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1 vehicles_2";

/**
 * CIFAR-100: fine classes, and the twenty coarse ones that group them.
 *
 * Files are held against the SHA-1 sums that Apache MXNet (gluon/data/vision/datasets.py) lists for the binary ones and
 * the MD5 sums that torchvision lists for the pickled ones.
 */
export const cifar100Manifest: RecordManifest = {
  name: "cifar100",
  title: "CIFAR-100",
  classes: FINE.split(" "),
  coarseClasses: COARSE.split(" "),
  shape: [32, 32, 3],
  normalisation: { mean: [0.5071, 0.4867, 0.4408], std: [0.2675, 0.2565, 0.2761] },
  homepage: "https://www.cs.toronto.edu/~kriz/cifar.html",
  licence: "none stated by the authors; do not redistribute",
  citation:
    "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, technical report, University of Toronto, 2009",
  labelBytes: 2,
  label: { at: 1, key: "fine_labels" },
  coarseLabel: { at: 0, key: "coarse_labels" },
  forms: [
    {
      format: "binary",
      folder: "cifar-100-binary",
      train: [file("train.bin", 50_000, "sha1", "e207cd2e05b73b1393c74c7f5e7bea451d63e08e")],
      test: [file("test.bin", 10_000, "sha1", "8fb6623e830365ff53cf14adec797474f5478006")],
      archive: {
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"],
        file: "cifar-100-binary.tar.gz",
        size: 168_513_733,
        algorithm: "sha256",
        checksum: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
      },
    },
    {
      format: "python",
      folder: "cifar-100-python",
      train: [file("train", 50_000, "md5", "16019d7e3df5f24257cddd939b257f8d")],
      test: [file("test", 10_000, "md5", "f0ef6b0ae62326f3e7ffdfab6717acfc")],
      archive: {
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"],
        file: "cifar-100-python.tar.gz",
        algorithm: "md5",
        checksum: "eb9058c3a382ffc7106e4002c42a8d85",
      },
    },
  ],
};

function file(name: string, records: number, algorithm: "sha1" | "md5", value: string) {
  return { name, records, sum: { algorithm, value } };
}
