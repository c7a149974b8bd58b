import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { ShapeError, show, ValueError } from "./errors.ts";

declare const valueRange: unique symbol;

/** [batch, height, width, channel], float32, values in [0, 1]. */
export type UnitImages = Tensor4D & { readonly [valueRange]: "unit" };

/** [batch, height, width, channel], float32, whole values in [0, 255]: bytes on their way through a device. */
export type ByteImages = Tensor4D & { readonly [valueRange]: "byte" };

/** [batch, height, width, channel], float32, zero mean and unit variance per channel by one data set's statistics. */
export type NormalizedImages = Tensor4D & { readonly [valueRange]: "normalized" };

/**
 * Images in ordinary memory: bytes in [0, 255], row-major [batch, height, width, channel].
 *
 * The form in which data sets deliver and corruptions work; no tensor library is needed to read it.
 */
export interface PixelBatch {
  readonly data: Uint8Array;
  readonly shape: readonly [batch: number, height: number, width: number, channel: number];
}

/** Declares that `images` hold values in [0, 1]; checks rank and dtype, and values when `checkRanges(true)`. */
export function asUnitImages(images: Tensor): UnitImages {
  assertImages("asUnitImages", images);
  assertValues("asUnitImages", images, "values in [0, 1]", (value) => value >= 0 && value <= 1);
  return images as UnitImages;
}

/** Declares that `images` hold whole values in [0, 255]; checks as {@link asUnitImages} does. */
export function asByteImages(images: Tensor): ByteImages {
  assertImages("asByteImages", images);
  assertValues("asByteImages", images, "whole values in [0, 255]", isByte);
  return images as ByteImages;
}

/** Declares that `images` are normalised; checks rank and dtype. */
export function asNormalizedImages(images: Tensor): NormalizedImages {
  assertImages("asNormalizedImages", images);
  return images as NormalizedImages;
}

/** Throws a ShapeError unless `batch.data` holds exactly the elements that `batch.shape` promises. */
export function assertPixelBatch(where: string, batch: PixelBatch): void {
  const { data, shape } = batch;
  const isShape = shape.length === 4 && shape.every((side) => Number.isInteger(side) && side >= 0);
  if (!isShape) {
    throw new ShapeError(where, {
      expected: "images of shape [batch, height, width, channel]",
      actual: `[${shape.join(", ")}]`,
    });
  }
  const size = shape[0] * shape[1] * shape[2] * shape[3];
  if (data.length !== size) {
    throw new ShapeError(where, {
      expected: `images.data of ${size} bytes for shape [${shape.join(", ")}]`,
      actual: `${data.length} bytes`,
    });
  }
}

let rangesAreChecked = false;

/** Turns on checks that read values back from the device (slow; meant for tests and debugging). */
export function checkRanges(enabled: boolean): void {
  rangesAreChecked = enabled;
}

/** Throws a ShapeError unless `images` is [batch, height, width, channel] of float32. */
export function assertImages(where: string, images: Tensor): void {
  if (images.rank !== 4) {
    throw new ShapeError(where, {
      expected: "images of shape [batch, height, width, channel]",
      actual: `[${images.shape.join(", ")}]`,
    });
  }
  if (images.dtype !== "float32") {
    throw new ValueError(where, { expected: "images of dtype float32", actual: images.dtype });
  }
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}

function assertValues(
  where: string,
  images: Tensor,
  expected: string,
  isAllowed: (value: number) => boolean,
): void {
  if (!rangesAreChecked) return;
  for (const value of images.dataSync()) {
    if (!isAllowed(value)) throw new ValueError(where, { expected, actual: show(value) });
  }
}
