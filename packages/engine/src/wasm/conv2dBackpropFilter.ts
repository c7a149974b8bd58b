import * as tf from "@tensorflow/tfjs-core";
import type { HostKernel } from "../ops/host/memory.ts";
import type { Shape4 } from "../ops/kernels.ts";
import { pointerIn, type SimdModule, simdModule, type WasmBackend } from "./simdModule.ts";

/** The attributes that tfjs gives to a convolution's backward kernels. */
export interface StockConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * The filter's gradient, by our SIMD module where its register blocks fit the channels. Elsewhere as a convolution, so that XNNPACK does the work: with batch and channel swapped, the images
 * are convolved with the output's gradient, whose taps lie `stride` pixels apart.
 *
 *     dFilter[u, v, c, o] = Σ_{b, i, j} x[b, i·stride + u, j·stride + v, c] · dy[b, i, j, o]
 */
export const conv2dBackpropFilter: HostKernel = {
  kernelName: tf.Conv2DBackpropFilter,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as StockConvAttrs & {
      filterShape: Shape4;
    };
    const info = tf.backend_util.computeConv2DInfo(
      x.shape,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { padInfo, strideHeight, strideWidth } = info;
    const wasm = backend as WasmBackend;
    const simd = simdModule(wasm);
    if (simd !== undefined && info.inChannels % 4 === 0 && info.outChannels % 8 === 0) {
      return accumulate(wasm, simd, { x, dy, info });
    }
    const [filterHeight, filterWidth, inChannel, outChannel] = filterShape;
    return tf.tidy(() => {
      const images = tf.transpose(x, [3, 1, 2, 0]); // [channel, height, width, batch]
      const taps = tf.transpose(dy, [1, 2, 0, 3]); // [outHeight, outWidth, batch, outChannel]
      const padding: tf.backend_util.ExplicitPadding = [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ];
      const out = tf.conv2d(images, taps, 1, padding, "NHWC", [strideHeight, strideWidth]);
      // Rows that no window reached (height + padding not a multiple of the stride) give surplus taps.
      const wanted = tf.slice(
        out,
        [0, 0, 0, 0],
        [inChannel, filterHeight, filterWidth, outChannel],
      );
      return tf.transpose(wanted, [1, 2, 0, 3]);
    });
  },
};

function accumulate(
  backend: WasmBackend,
  { filterGradient }: SimdModule,
  { x, dy, info }: { x: tf.Tensor4D; dy: tf.Tensor4D; info: tf.backend_util.Conv2DInfo },
): tf.TensorInfo {
  const at = pointerIn(backend);
  const dFilter = backend.makeOutput(info.filterShape, "float32");
  backend.typedArrayFromHeap(dFilter).fill(0);
  filterGradient(
    ...[at(x), at(dy), info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.outHeight, info.outWidth, info.outChannels, info.filterHeight, info.filterWidth],
    ...[info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left, at(dFilter)],
  );
  return dFilter;
}
