import { createRng } from "@apr-kit/contracts";
import type { ImageDataset, ImageSplit } from "@apr-kit/datasets";

/** Two classes that a net can tell apart at once, flipped or not: upper or lower half bright; with noise. */
export function syntheticDataset(trainSize = 32, testSize = 16): ImageDataset {
  return {
    name: "synthetic",
    title: "Two halves",
    classes: ["upper", "lower"],
    shape: [32, 32, 3],
    statistics: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    homepage: "",
    licence: "",
    citation: "",
    source: "made by a test",
    train: split(trainSize, 1),
    test: split(testSize, 2),
  };
}

function split(size: number, seed: number): ImageSplit {
  const labels = Uint8Array.from({ length: size }, (_, index) => index % 2);
  const data = new Uint8Array(size * 32 * 32 * 3);
  const rng = createRng({ seed, purpose: "syntheticDataset" });
  for (let index = 0; index < data.length; index++) {
    const sample = Math.floor(index / 3072);
    const isLower = index % 3072 >= 1536;
    const isBright = isLower === (labels[sample] === 1);
    data[index] = (isBright ? 180 : 60) + rng.integer(40);
  }
  return { images: { data, shape: [size, 32, 32, 3] }, labels, size };
}
