import type { TensorFlowBackend } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "../../ops/constant.ts";
import { ints, type TensorFlowKernel } from "./kernel.ts";

/**
 * tfjs's gather without its reading of the indices, which would stall a GPU and cannot be traced; TensorFlow checks them
 * itself on a CPU.
 */
export const gather: TensorFlowKernel = {
  kernelName: tf.GatherV2,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, indices } = inputs as Record<"x" | "indices", tf.Tensor>;
    const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
    tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
    return (backend as TensorFlowBackend).executeSingleOutput(
      "GatherV2",
      [ints("batch_dims", batchDims)],
      [x, indices, constant(axis, "int32")],
    );
  },
};
