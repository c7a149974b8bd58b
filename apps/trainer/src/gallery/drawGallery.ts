import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { drawAprSingle } from "@apr-kit/apr-augment";
import { createRng, type PixelBatch } from "@apr-kit/contracts";
import { type ImageDataset, takeBatch } from "@apr-kit/datasets";
import sharp from "sharp";
import { loadDataset, type SessionOptions, startSession } from "../runs/session.ts";
import { CliError } from "../terminal/cliError.ts";
import { printJson, printLine } from "../terminal/output.ts";
import { pairPart, singlePart } from "./galleryRows.ts";
import { readPictures } from "./readPictures.ts";
import { renderGallery } from "./renderGallery.ts";

export interface GalleryOptions extends SessionOptions {
  readonly pairs: number;
  readonly views: number;
  readonly size: number;
  readonly axes: "spatial" | "spatialAndChannel";
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

/** Images in pairs, with a name for each. */
interface Subjects {
  readonly images: PixelBatch;
  readonly names: readonly string[];
}

/** Writes the picture; says what it shows. */
export async function drawGallery(
  files: readonly string[],
  options: GalleryOptions,
): Promise<void> {
  const { out, axes, seed } = options;
  const kind = extname(out).toLowerCase();
  if (kind !== ".png" && kind !== ".svg") {
    throw new CliError(
      "BAD_OUT",
      `--out: expected a file name that ends in .png or .svg, got ${out}`,
    );
  }
  const session = await startSession(options);
  const { images, names } =
    files.length > 0
      ? {
          images: await readPictures(files, options.size),
          names: files.map((file) => basename(file)),
        }
      : testImages(await loadDataset("cifar10", session), options);
  session.bars.stop();

  const count = images.shape[0];
  const every = (start: number, step: number) =>
    Array.from({ length: Math.ceil((count - start) / step) }, (_, i) => start + i * step);
  const [first, second] = [every(0, 2), every(1, 2)];
  const shown = every(0, 1).slice(0, options.views);
  const draws = drawAprSingle([shown.length, ...sidesOf(images)], {
    seed,
    epoch: 0,
    samples: shown,
  });
  const parts = [
    pairPart(
      pick(images, first),
      pick(images, second),
      axes,
      first.map((a, row) => `A: ${names[a]}, B: ${names[second[row]!]}`),
    ),
    singlePart(pick(images, shown), draws, axes),
  ];
  const svg = await renderGallery(parts);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, kind === ".svg" ? svg : await sharp(Buffer.from(svg)).png().toBuffer());

  const pairs = first.map((a, row) => ({ a: names[a], b: names[second[row]!] }));
  const views = draws.map((draw, row) => ({
    image: names[shown[row]!],
    first: draw.first,
    second: draw.second,
  }));
  if (options.json) return printJson({ file: out, axes, seed, pairs, views });
  printLine(`${out}: ${pairs.length} pairs, ${views.length} images with views of themselves`);
}

/** Random test images, every second one of another class than the one before. */
function testImages(dataset: ImageDataset, { pairs, seed }: GalleryOptions): Subjects {
  const order = createRng({ seed, purpose: "gallery" }).permutation(dataset.test.size);
  const { labels } = takeBatch(dataset.test, order);
  const chosen: number[] = [];
  for (let i = 0; i < order.length && chosen.length < 2 * pairs; i++) {
    const isPartner = chosen.length % 2 === 1;
    if (isPartner && labels[i] === labels[chosen.at(-1)!]) continue;
    chosen.push(i);
  }
  const samples = Int32Array.from(chosen, (i) => order[i]!);
  const names = chosen.map((i) => `${dataset.classes[labels[i]!]} (${order[i]})`);
  return { images: takeBatch(dataset.test, samples).images, names };
}

function sidesOf({ shape: [, ...sides] }: PixelBatch): [number, number, number] {
  return sides;
}

function pick(
  { data, shape: [, height, width, channel] }: PixelBatch,
  places: readonly number[],
): PixelBatch {
  const size = height * width * channel;
  const picked = new Uint8Array(places.length * size);
  places.forEach((place, row) => {
    picked.set(data.subarray(place * size, (place + 1) * size), row * size);
  });
  return { data: picked, shape: [places.length, height, width, channel] };
}
