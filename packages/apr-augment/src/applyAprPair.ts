import { assertImages, ShapeError, show, ValueError } from "@apr-kit/contracts";
import { recombineImages, recombineWithin } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import { assertFinite, assertLength, assertOneOf } from "./arguments.ts";
import { AXES, type Axes } from "./axes.ts";
import type { AprPairDraw } from "./drawAprPair.ts";
import { mergeRows } from "./mergeRows.ts";
import { takeRows } from "./takeRows.ts";

export interface ApplyAprPairOptions {
  /** "spatialAndChannel", as the official code, or "spatial", each channel alone. Default the former. */
  readonly axes?: Axes;
  /** Clips recombined images to [0, 1]. Default false, as the official code. */
  readonly clip?: boolean;
}

/**
 * Does to a batch what {@link drawAprPair} drew, or what a record of it says.
 *
 *     mixed[i] = IFFT(|FFT(images[partners[i]])| · exp(i · arg FFT(images[i])))
 *
 * @param images [batch, height, width, channel], float32, on any scale (with `clip`: [0, 1])
 * @returns same shape and scale; the caller disposes them. Images that are not recombined are equal
 *          to the last bit
 *
 * Gradient: flows to `images`, through both roles.
 *
 * @throws {ShapeError} if images are not four-dimensional, or the draw is not for as many
 * @throws {ValueError} if a partner lies outside the batch, an option is not among those known, or a pixel is not
 *         finite (looked for on cpu, wasm, and TensorFlow without a GPU)
 */
export function applyAprPair<TImages extends tf.Tensor4D>(
  images: TImages,
  { partners, isRecombined }: AprPairDraw,
  { axes = "spatialAndChannel", clip = false }: ApplyAprPairOptions = {},
): TImages {
  assertImages("aprPair", images);
  assertNotEmpty(images);
  assertLength("aprPair", "partners", partners, images.shape[0]);
  assertLength("aprPair", "isRecombined", isRecombined, images.shape[0]);
  for (const partner of partners) assertPlace(partner, images.shape[0]);
  assertOneOf("aprPair", "axes", axes, AXES);
  assertFinite("aprPair", images);

  const rows = [...isRecombined.keys()].filter((i) => isRecombined[i]);
  if (rows.length === 0) return tf.clone(images);
  return tf.tidy(() => {
    const isWhole = rows.length === images.shape[0];
    const recombined = isWhole
      ? recombineWithin(images, { partners, axes })
      : recombineRows(images, rows, partners, axes);
    const mixed = clip ? tf.clipByValue(recombined, 0, 1) : recombined;
    if (isWhole) return mixed as TImages;
    const others = [...isRecombined.keys()].filter((i) => !isRecombined[i]);
    return mergeRows(mixed, takeRows(images, others), isRecombined) as TImages;
  });
}

/** Transforms only what is needed: `rows` and their partners. */
function recombineRows(
  images: tf.Tensor4D,
  rows: readonly number[],
  partners: ArrayLike<number>,
  axes: Axes,
): tf.Tensor4D {
  const donors = rows.map((i) => partners[i] as number);
  return recombineImages(takeRows(images, donors), takeRows(images, rows), { axes });
}

function assertNotEmpty(images: tf.Tensor4D): void {
  if (images.size > 0) return;
  throw new ShapeError("aprPair", {
    expected: "images of at least one pixel",
    actual: `[${images.shape.join(", ")}]`,
  });
}

function assertPlace(partner: number, batch: number): void {
  if (Number.isInteger(partner) && partner >= 0 && partner < batch) return;
  throw new ValueError("aprPair", {
    expected: `partners to be integers in [0, ${batch})`,
    actual: show(partner),
  });
}
