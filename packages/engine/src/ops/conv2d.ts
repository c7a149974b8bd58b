import { ShapeError, ValueError } from "@apr-kit/contracts";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertAxes, assertWhole, assertWindowFits, showShape } from "./checks.ts";
import { Kernel } from "./kernels.ts";
import { runKernel } from "./runKernel.ts";

/** How the window of {@link conv2d} walks; the same for height and width. */
export interface Conv2dOptions {
  /** Pixels between windows; 1 unless given. */
  readonly stride?: number;
  /** Zeros added on each side of height and width; 0 unless given. */
  readonly padding?: number;
  /** Channels are cut into this many groups that do not see each other; 1 unless given. */
  readonly groups?: number;
}

/**
 * Convolves images with a filter, with PyTorch's padding.
 *
 *     out[b, i, j, o] = Σ_{u, v, c} images[b, i·stride + u − padding, j·stride + v − padding, c] · filter[u, v, c, o]
 *
 * @param images [batch, height, width, channel], float32
 * @param filter [filterHeight, filterWidth, channel / groups, outChannel], float32
 * @returns [batch, outHeight, outWidth, outChannel]; the caller disposes it
 *
 * Convention: outHeight = ⌊(height + 2·padding − filterHeight) / stride⌋ + 1, as torch.nn.Conv2d has it, also where
 * "same" padding would be asymmetric (stride 2). Group g of the output channels sees group g of the input channels.
 * Gradient:   flows to `images` and `filter`.
 *
 * @throws {ShapeError} if the channels of `images` and `filter` disagree or the filter is larger than the padded image
 * @throws {ValueError} if an option is not a whole number in its range
 */
export function conv2d(images: Tensor4D, filter: Tensor4D, options: Conv2dOptions = {}): Tensor4D {
  const walk = assertConv2dInputs("conv2d", images, filter, options);
  return runKernel(Kernel.conv2d, { x: images, filter }, walk);
}

/** Throws what {@link conv2d} throws, in the name of `where`; returns the options in full. */
export function assertConv2dInputs(
  where: string,
  images: Tensor4D,
  filter: Tensor4D,
  { stride = 1, padding = 0, groups = 1 }: Conv2dOptions,
): Required<Conv2dOptions> {
  assertAxes(where, "images", images, ["batch", "height", "width", "channel"]);
  assertAxes(where, "filter", filter, ["height", "width", "channel / groups", "outChannel"]);
  assertWhole(where, "options.stride", stride, 1);
  assertWhole(where, "options.padding", padding, 0);
  assertWhole(where, "options.groups", groups, 1);
  const [filterHeight, filterWidth, inGroup, outChannel] = filter.shape;
  if (images.shape[3] !== inGroup * groups) {
    throw new ShapeError(where, {
      expected: `images of ${inGroup * groups} channels for filter ${showShape(filter)} in ${groups} group(s)`,
      actual: showShape(images),
    });
  }
  if (outChannel % groups !== 0) {
    throw new ValueError(where, {
      expected: `options.groups to divide the ${outChannel} output channels`,
      actual: `${groups}`,
    });
  }
  assertWindowFits(where, images, [filterHeight, filterWidth], padding);
  return { stride, padding, groups };
}
