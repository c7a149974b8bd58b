import {
  asByteImages,
  assertPixelBatch,
  type ByteImages,
  type PixelBatch,
} from "@apr-kit/contracts";
import { recombineImages } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";
import { assertLength, assertOneOf, assertRgb } from "./arguments.ts";
import { AXES, type Axes } from "./axes.ts";
import type { AprSingleDraw } from "./drawAprSingle.ts";
import { mergeRows } from "./mergeRows.ts";
import { writeOp } from "./ops/applyOps.ts";
import { assertOpDraw } from "./ops/assertOpDraw.ts";
import { type Quantize, quantizeBytes } from "./quantizeBytes.ts";

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
 * @param pixels RGB bytes, [batch, height, width, 3], in ordinary memory
 * @param draws  one for each image
 * @returns ByteImages, [batch, height, width, 3]; the caller disposes them
 *
 * Convention: operations are exact; recombination is in float32, so that a byte can differ by one
 * from float64 where the exact value lies at a rounding boundary ("wrap": by a whole turn, where it
 * lies at 0 or 256).
 * Gradient:   none.
 * Cost:       operations on the host; one upload, of two images where recombined and one elsewhere;
 *             everything else on the device.
 *
 * @throws {ShapeError} if the images are not RGB or draws are not one for each
 * @throws {ValueError} if a draw or an option is not among those known
 */
export function applyAprSingle(
  pixels: PixelBatch,
  draws: readonly AprSingleDraw[],
  {
    views = "nested",
    axes = "spatialAndChannel",
    quantize = "clipRound",
  }: ApplyAprSingleOptions = {},
): ByteImages {
  assertPixelBatch("aprSingle", pixels);
  assertRgb("aprSingle", pixels.shape);
  assertLength("aprSingle", "draws", draws, pixels.shape[0]);
  for (const { first, second } of draws) {
    assertOpDraw("aprSingle", first);
    assertOpDraw("aprSingle", second);
  }
  assertOneOf("aprSingle", "views", views, ["nested", "independent"]);
  assertOneOf("aprSingle", "axes", axes, AXES);
  assertOneOf("aprSingle", "quantize", quantize, ["clipRound", "wrap"]);

  return tf.tidy(() => {
    const { amplitudeFrom, phaseFrom, plain } = makeViews(pixels, draws, views);
    if (amplitudeFrom.shape[0] === 0) return asByteImages(plain);
    const recombined = quantizeBytes(recombineImages(amplitudeFrom, phaseFrom, { axes }), quantize);
    const isRecombined = draws.map(({ recombine }) => recombine);
    return asByteImages(mergeRows(recombined, plain, isRecombined));
  });
}

interface Views {
  /** [recombined images, height, width, 3] */
  readonly amplitudeFrom: tf.Tensor4D;
  readonly phaseFrom: tf.Tensor4D;
  /** [other images, height, width, 3] */
  readonly plain: tf.Tensor4D;
}

function makeViews(
  { data, shape: [batch, height, width, channel] }: PixelBatch,
  draws: readonly AprSingleDraw[],
  views: "nested" | "independent",
): Views {
  const imageBytes = height * width * channel;
  const recombinedCount = draws.filter(({ recombine }) => recombine).length;
  const upload = new Float32Array((batch + recombinedCount) * imageBytes);
  const view1 = new Uint8Array(imageBytes);
  const view2 = new Uint8Array(imageBytes);
  let recombinedRow = 0;
  let plainRow = 2 * recombinedCount;
  draws.forEach(({ first, second, recombine, amplitudeFrom }, index) => {
    const image = data.subarray(index * imageBytes, (index + 1) * imageBytes);
    writeOp(image, view1, { height, width }, first);
    if (!recombine) {
      upload.set(view1, plainRow++ * imageBytes);
      return;
    }
    writeOp(views === "nested" ? view1 : image, view2, { height, width }, second);
    const [amplitude, phase] = amplitudeFrom === "first" ? [view1, view2] : [view2, view1];
    upload.set(amplitude, recombinedRow * imageBytes);
    upload.set(phase, (recombinedCount + recombinedRow) * imageBytes);
    recombinedRow++;
  });

  const part = (start: number, end: number) =>
    tf.tensor4d(
      upload.subarray(start * imageBytes, end * imageBytes),
      [end - start, height, width, channel],
      "float32",
    );
  return {
    amplitudeFrom: part(0, recombinedCount),
    phaseFrom: part(recombinedCount, 2 * recombinedCount),
    plain: part(2 * recombinedCount, batch + recombinedCount),
  };
}
