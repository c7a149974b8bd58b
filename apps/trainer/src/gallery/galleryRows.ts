import { applyOps, type OpDraw, toUnit } from "@apr-kit/apr-augment";
import type { ByteImages, PixelBatch } from "@apr-kit/contracts";
import { recombineImages } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import { spectrumPictures } from "./spectrumPictures.ts";

/** Equal columns of pictures; column i shows image i of its batch in row i. */
export interface GalleryPart {
  readonly title: string;
  readonly columns: readonly { readonly caption: string; readonly pictures: PixelBatch }[];
  /** What belongs to each row, in words. */
  readonly rows: readonly string[];
}

type Axes = "spatial" | "spatialAndChannel";

/** Fig. 2 of the paper: two images, their spectra, and both recombinations. */
export function pairPart(
  first: PixelBatch,
  second: PixelBatch,
  axes: Axes,
  rows: string[],
): GalleryPart {
  const columns = pictures(() => {
    const [a, b] = [upload(first), upload(second)] as const;
    const ofA = spectrumPictures(a);
    const ofB = spectrumPictures(b);
    return [
      ["image A", a],
      ["image B", b],
      ["amplitude of A", ofA.amplitudes],
      ["amplitude of B", ofB.amplitudes],
      ["phase of A", ofA.phases],
      ["phase of B", ofB.phases],
      ["amplitude B, phase A", recombineImages(b, a, { axes })],
      ["amplitude A, phase B", recombineImages(a, b, { axes })],
    ];
  });
  const title = "Two images change amplitudes: the picture goes with the phase (APR-P)";
  return { title, columns, rows };
}

/** Fig. 3 of the paper, for single images: two views of each, and both recombinations. */
export function singlePart(
  pixels: PixelBatch,
  draws: readonly { readonly first: OpDraw; readonly second: OpDraw }[],
  axes: Axes,
): GalleryPart {
  const view1 = applyOps(
    pixels,
    draws.map(({ first }) => first),
  );
  const view2 = applyOps(
    view1,
    draws.map(({ second }) => second),
  );
  const columns = pictures(() => {
    const [original, first, second] = [pixels, view1, view2].map(upload) as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    return [
      ["image", original],
      ["view 1", first],
      ["view 2, of view 1", second],
      ["amplitude of view 1", spectrumPictures(first).amplitudes],
      ["amplitude of view 2", spectrumPictures(second).amplitudes],
      ["view 2 − view 1", tf.add(tf.div(tf.sub(second, first), 2), 0.5)],
      ["amplitude 2, phase 1", recombineImages(second, first, { axes })],
      ["amplitude 1, phase 2", recombineImages(first, second, { axes })],
    ];
  });
  return {
    title: "Two views of one image change amplitudes (APR-S)",
    columns,
    rows: draws.map(({ first, second }) => `${inWords(first)}, then ${inWords(second)}`),
  };
}

/** Reads the columns back, and disposes what was made for them. */
function pictures(make: () => [caption: string, images: tf.Tensor4D][]): GalleryPart["columns"] {
  const columns: { caption: string; pictures: PixelBatch }[] = [];
  tf.tidy(() => {
    for (const [caption, images] of make()) columns.push({ caption, pictures: download(images) });
  });
  return columns;
}

function inWords({ op, ...strength }: OpDraw): string {
  const [value] = Object.values(strength) as number[];
  return value === undefined ? op : `${op} ${Number(value.toFixed(3))}`;
}

function upload({ data, shape }: PixelBatch): tf.Tensor4D {
  return toUnit(tf.tensor4d(Float32Array.from(data), [...shape]) as ByteImages);
}

/** [0, 1] to bytes; what lies outside is clipped. */
function download(images: tf.Tensor4D): PixelBatch {
  const data = Uint8ClampedArray.from(tf.mul(images, 255).dataSync());
  return { data: new Uint8Array(data.buffer), shape: images.shape };
}
