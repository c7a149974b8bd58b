import { readFile } from "node:fs/promises";
import { SetupError, ShapeError } from "@apr-kit/contracts";
import { type NumericArray, readNpy } from "@apr-kit/formats";
import type { LabelledImages } from "../labelledImages.ts";

/** Reads images [n, height, width, channel] and labels [n] from .npy files; ranges are checked later. */
export async function loadLabelledImages(
  imagesFile: string,
  labelsFile: string,
): Promise<LabelledImages> {
  const images = await read(imagesFile);
  const labels = await read(labelsFile);
  const [batch, height, width, channel] = images.shape;
  if (images.shape.length !== 4) {
    throw new ShapeError("fourier-heatmap", {
      expected: `${imagesFile} to be [n, height, width, channel]`,
      actual: `[${images.shape.join(", ")}]`,
    });
  }
  if (labels.shape.length !== 1) {
    throw new ShapeError("fourier-heatmap", {
      expected: `${labelsFile} to be [n]`,
      actual: `[${labels.shape.join(", ")}]`,
    });
  }
  const data =
    images.type === "uint8" ? (images.data as Uint8Array) : Float32Array.from(images.data, Number);
  return {
    images: { data, shape: [batch!, height!, width!, channel!] },
    labels: Float64Array.from(labels.data, Number),
  };
}

async function read(file: string): Promise<NumericArray> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SetupError(
      "fourier-heatmap",
      `${file} cannot be read (${(cause as Error).message})`,
      "give an .npy file",
      { cause },
    );
  }
  return readNpy(bytes, file);
}
