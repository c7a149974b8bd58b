import * as tf from "@tensorflow/tfjs-core";
import { allocate, type HostBackend, type HostKernel, views } from "../ops/host/memory.ts";
import type { Shape4 } from "../ops/kernels.ts";
import type { StockConvAttrs } from "./conv2dBackpropFilter.ts";

/** The input pixels along one axis that share their distance to the window grid, and what reaches them. */
interface Phase {
  /** First filter tap that reaches them; the others follow `stride` apart. */
  readonly tap: number;
  readonly taps: number;
  /** First such pixel; the others follow `stride` apart. */
  readonly first: number;
  readonly count: number;
  /** Zeros to add to the output's gradient before and after (negative: rows to drop). */
  readonly padding: readonly [number, number];
  /** Elements of the output's gradient that reach them; without any their gradient is 0. */
  readonly sources: number;
}

/**
 * The input's gradient as stride² plain convolutions of the output's gradient, one for each phase of the input grid,
 * so that XNNPACK does the work and no zero is multiplied. With stride 1 that is one convolution with the filter
 * turned by 180°.
 */
export const conv2dBackpropInput: HostKernel = {
  kernelName: tf.Conv2DBackpropInput,
  kernelFunc: (args) => {
    const { dy, filter } = args.inputs as unknown as { dy: tf.Tensor4D; filter: tf.Tensor4D };
    const { inputShape, strides, pad, dimRoundingMode } =
      args.attrs as unknown as StockConvAttrs & { inputShape: Shape4 };
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { strideHeight, strideWidth, padInfo, inHeight, inWidth, outHeight, outWidth } = info;
    const rows = phases(inHeight, outHeight, info.filterHeight, strideHeight, padInfo.top);
    const columns = phases(inWidth, outWidth, info.filterWidth, strideWidth, padInfo.left);
    if (strideHeight === 1 && strideWidth === 1) {
      return tf.tidy(() => convolvePhase(dy, filter, [rows[0]!, columns[0]!], [1, 1]));
    }
    const backend = args.backend as HostBackend;
    const dx = allocate(backend, inputShape);
    views(backend, dx)[0].fill(0);
    for (const row of rows) {
      for (const column of columns) {
        if (row.sources === 0 || column.sources === 0) continue;
        const part = tf.tidy(() =>
          convolvePhase(dy, filter, [row, column], [strideHeight, strideWidth]),
        );
        interleave(backend, part, dx, [row, column], [strideHeight, strideWidth]);
        part.dispose();
      }
    }
    return dx;
  },
};

function phases(
  length: number,
  outLength: number,
  filterLength: number,
  stride: number,
  before: number,
): Phase[] {
  return Array.from({ length: stride }, (_, tap) => {
    const first = (((tap - before) % stride) + stride) % stride;
    const taps = Math.max(0, Math.ceil((filterLength - tap) / stride));
    const count = Math.max(0, Math.ceil((length - first) / stride));
    const start = taps - 1 - (first + before - tap) / stride;
    const end = count - outLength - start + taps - 1;
    const isReached = taps > 0 && count > 0;
    const sources = isReached ? Math.max(0, outLength - dropped(start) - dropped(end)) : 0;
    return { tap, taps, first, count, padding: [start, end], sources };
  });
}

const dropped = (padding: number) => Math.max(0, -padding);

function convolvePhase(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  [row, column]: readonly [Phase, Phase],
  [strideHeight, strideWidth]: readonly [number, number],
): tf.Tensor4D {
  const [height, width, inChannel, outChannel] = filter.shape;
  const own =
    strideHeight === 1 && strideWidth === 1
      ? filter
      : tf.stridedSlice(
          filter,
          [row.tap, column.tap, 0, 0],
          [height, width, inChannel, outChannel],
          [strideHeight, strideWidth, 1, 1],
        );
  const turned = tf.transpose(tf.reverse(own, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
  const [top, bottom] = row.padding;
  const [left, right] = column.padding;
  const [batch, , , channel] = dy.shape;
  const isCropped = Math.min(top, bottom, left, right) < 0;
  const source = isCropped
    ? tf.slice(
        dy,
        [0, dropped(top), dropped(left), 0],
        [batch, row.sources, column.sources, channel],
      )
    : dy;
  return tf.conv2d(source, turned, 1, [
    [0, 0],
    [Math.max(0, top), Math.max(0, bottom)],
    [Math.max(0, left), Math.max(0, right)],
    [0, 0],
  ]);
}

/** Writes `part` to every stride-th pixel of `whole`. */
function interleave(
  backend: HostBackend,
  part: tf.Tensor4D,
  whole: tf.TensorInfo,
  [row, column]: readonly [Phase, Phase],
  [strideHeight, strideWidth]: readonly [number, number],
): void {
  const [from, to] = views(backend, part, whole);
  const [batch, partHeight, partWidth, channel] = part.shape;
  const [, height, width] = whole.shape as Shape4;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < partHeight; i++) {
      for (let j = 0; j < partWidth; j++) {
        const source = ((b * partHeight + i) * partWidth + j) * channel;
        const y = row.first + i * strideHeight;
        const x = column.first + j * strideWidth;
        const target = ((b * height + y) * width + x) * channel;
        for (let c = 0; c < channel; c++) to[target + c] = from[source + c]!;
      }
    }
  }
}
