import { asByteImages, type ByteImages, DataType, type PixelBatch } from "@apr-kit/contracts";
import { recombineImages } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import { assertLength, assertOneOf, assertRgbBytes } from "./arguments.ts";
import { AXES, type Axes } from "./axes.ts";
import type { AprSingleDraw } from "./drawAprSingle.ts";
import { mergeRows } from "./mergeRows.ts";
import { assertOpDraw } from "./ops/assertOpDraw.ts";
import { type Quantize, quantizeBytes } from "./quantizeBytes.ts";
import { makeViews, type Recipe } from "./views/makeViews.ts";
import { canRecombineNatively, recombineNatively } from "./views/recombineNatively.ts";
import { nativeSource, viewsNatively } from "./views/viewsNatively.ts";

export interface ApplyAprSingleOptions {
  /**
   * "nested": the second operation works on the result of the first, as in the official code.
   * "independent": both work on the image, as the paper's text has it. Default "nested".
   */
  readonly views?: "nested" | "independent";
  /** "spatialAndChannel", as the official code, or "spatial", each channel alone. Default the former. */
  readonly axes?: Axes;
  /**
   * "clipRound": to the nearest byte. "wrap": truncated modulo 256, as the official code. Default
   * "clipRound".
   */
  readonly quantize?: Quantize;
}

/**
 * Does to a batch what {@link drawAprSingle} drew, or what a record of it says.
 *
 *     view1 = first(image),  view2 = second(view1)
 *     out   = quantize(IFFT(|FFT(a)| · exp(i · arg FFT(p)))),  {a, p} = {view1, view2};  or view1
 *
 * @param images RGB bytes, [batch, height, width, 3]: in ordinary memory, or ByteImages on the device
 * @param draws  one for each image
 * @returns ByteImages, [batch, height, width, 3]; the caller disposes them
 *
 * Convention: operations are exact; recombination is in float32, so that a byte can differ by one
 * from float64 where the exact value lies at a rounding boundary ("wrap": by a whole turn, where it
 * lies at 0 or 256).
 * Gradient:   none.
 * Cost:       nothing leaves the device. Bytes in ordinary memory go through the operations there and are
 *             uploaded after; with TensorFlow on the processor they are uploaded first.
 *
 * @throws {ShapeError} if the images are not RGB or draws are not one for each
 * @throws {ValueError} if a draw or an option is not among those known, or a tensor holds other values than bytes
 *         (looked for on cpu, wasm, and TensorFlow without a GPU)
 */
export function applyAprSingle(
  images: PixelBatch | ByteImages,
  draws: readonly AprSingleDraw[],
  {
    views = "nested",
    axes = "spatialAndChannel",
    quantize = "clipRound",
  }: ApplyAprSingleOptions = {},
): ByteImages {
  assertRgbBytes("aprSingle", images);
  assertLength("aprSingle", "draws", draws, images.shape[0]);
  for (const { first, second } of draws) {
    assertOpDraw("aprSingle", first);
    assertOpDraw("aprSingle", second);
  }
  assertOneOf("aprSingle", "views", views, ["nested", "independent"]);
  assertOneOf("aprSingle", "axes", axes, AXES);
  assertOneOf("aprSingle", "quantize", quantize, ["clipRound", "wrap"]);

  const plan = { views, axes, quantize };
  const recombine = canRecombineNatively(images.shape) ? inOneOperation : partByPart;
  return tf.tidy(() => asByteImages(recombine(images, draws, plan)));
}

type Plan = Required<ApplyAprSingleOptions>;

/** With what every backend has: the images to be recombined, then the others, then all in order. */
function partByPart(
  images: PixelBatch | ByteImages,
  draws: readonly AprSingleDraw[],
  { views, axes, quantize }: Plan,
): tf.Tensor4D {
  const [amplitudeFrom, phaseFrom] = [[], []] as [Recipe[], Recipe[]];
  const plain: Recipe[] = [];
  draws.forEach((draw, place) => {
    const [view1, view2] = recipesOf(draw, place, views);
    const isFirst = draw.amplitudeFrom === "first";
    if (!draw.recombine) plain.push(view1);
    else amplitudeFrom.push(isFirst ? view1 : view2);
    if (draw.recombine) phaseFrom.push(isFirst ? view2 : view1);
  });
  const groups = makeViews(images, [amplitudeFrom, phaseFrom, plain]);
  const [donors, own, others] = groups as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  if (donors.shape[0] === 0) return others;
  const recombined = quantizeBytes(recombineImages(donors, own, { axes }), quantize);
  const isRecombined = draws.map(({ recombine }) => recombine);
  return mergeRows(recombined, others, isRecombined);
}

/**
 * With the engine's own operation, which leaves images in their places and makes bytes as it goes. Nested second
 * views are made from the first ones, which are there already.
 */
function inOneOperation(
  images: PixelBatch | ByteImages,
  draws: readonly AprSingleDraw[],
  { views, axes, quantize }: Plan,
): tf.Tensor4D {
  const amplitudeFrom = new Int32Array(draws.length).fill(-1);
  const phaseFrom = Int32Array.from(draws.keys());
  const seconds: Recipe[] = [];
  draws.forEach(({ second, recombine, amplitudeFrom: amplitudeView }, place) => {
    if (!recombine) return;
    const other = draws.length + seconds.push({ place, ops: [second] }) - 1;
    amplitudeFrom[place] = amplitudeView === "first" ? place : other;
    phaseFrom[place] = amplitudeView === "first" ? other : place;
  });
  const firsts = draws.map(({ first }, place) => ({ place, ops: [first] }));
  const source = nativeSource(images);
  if (seconds.length === 0) return viewsNatively(source, firsts);
  const view1 = viewsNatively(source, firsts, DataType.uint8);
  const from = views === "nested" ? { images: view1, type: DataType.uint8 } : source;
  const view2 = viewsNatively(from, seconds, DataType.uint8);
  return recombineNatively([view1, view2], { amplitudeFrom, phaseFrom }, { axes, quantize });
}

function recipesOf(
  { first, second }: AprSingleDraw,
  place: number,
  views: Plan["views"],
): [view1: Recipe, view2: Recipe] {
  const ops = views === "nested" ? [first, second] : [second];
  return [
    { place, ops: [first] },
    { place, ops },
  ];
}
