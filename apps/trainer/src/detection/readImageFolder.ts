import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { PixelBatch } from "@apr-kit/contracts";
import { datasetEntries, decodeImage, outlierKinds } from "@apr-kit/datasets";
import { parseNpyHeader } from "@apr-kit/formats";
import { CliError } from "../terminal/cliError.ts";
import { fitImage } from "./fitImages.ts";
import type { ForeignImages, ForeignOptions } from "./foreignImages.ts";

const PICTURES = [".png", ".jpg", ".jpeg", ".webp"];

/**
 * Reads the pictures of a folder and of the folders in it, in the order of their paths, or a .npy file of bytes.
 *
 * Convention: pictures are fitted as {@link fitImage} does; transparency is dropped. Arrays must have the wanted
 * size.
 *
 * @throws {CliError} NO_IMAGES if there is nothing of the kind, BAD_ARRAY if an array does not fit
 */
export async function readImageFolder(
  source: string,
  options: Omit<ForeignOptions, "seed">,
): Promise<ForeignImages> {
  const info = await stat(source).catch(() => undefined);
  if (info === undefined) {
    const names = [...outlierKinds, ...datasetEntries.map(({ facts }) => facts.name)];
    throw new CliError(
      "NO_IMAGES",
      `--against: expected ${names.join(", ")}, a folder of pictures or a .npy file, got ${source}`,
    );
  }
  if (info.isFile() && extname(source) === ".npy") return readArray(source, options);
  return readPictures(source, options);
}

async function readPictures(
  folder: string,
  { size, shape }: Omit<ForeignOptions, "seed">,
): Promise<ForeignImages> {
  const [height, width, channel] = shape;
  const entries = await readdir(folder, { recursive: true });
  const files = entries
    .filter((entry) => PICTURES.includes(extname(entry).toLowerCase()))
    .sort()
    .slice(0, size);
  if (files.length === 0) {
    throw new CliError(
      "NO_IMAGES",
      `${folder}: expected ${PICTURES.join(", ")} files in it, got none`,
    );
  }
  const imageBytes = height * width * channel;
  const data = new Uint8Array(files.length * imageBytes);
  for (const [index, file] of files.entries()) {
    const picture = await decodeImage(await readFile(join(folder, file)));
    data.set(fitImage(picture, shape), index * imageBytes);
  }
  const description = `${files.length} pictures of ${folder}, scaled to cover ${width}×${height} and cropped`;
  return {
    name: basename(folder),
    images: { data, shape: [files.length, height, width, channel] },
    description,
  };
}

async function readArray(
  file: string,
  { size, shape }: Omit<ForeignOptions, "seed">,
): Promise<ForeignImages> {
  const bytes = await readFile(file);
  const { dtype, fortranOrder, shape: found, dataOffset } = parseNpyHeader(bytes);
  const sides = found.slice(1);
  const fits = sides.length === 3 && sides.every((side, axis) => side === shape[axis]);
  const imageBytes = shape[0] * shape[1] * shape[2];
  const count = Math.min(size, found[0] ?? 0);
  const isWhole = bytes.length - dataOffset >= (found[0] ?? 0) * imageBytes;
  if (dtype !== "|u1" || fortranOrder || !fits || count === 0 || !isWhole) {
    throw new CliError(
      "BAD_ARRAY",
      `${file}: expected bytes (|u1, C order) of shape [images, ${shape.join(", ")}], got ${dtype} of [${found.join(", ")}] in ${bytes.length} bytes`,
    );
  }
  const data = new Uint8Array(bytes.subarray(dataOffset, dataOffset + count * imageBytes));
  const images: PixelBatch = { data, shape: [count, ...shape] };
  return { name: basename(file, ".npy"), images, description: `${count} images of ${file}` };
}
