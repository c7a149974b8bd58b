import * as tf from "@tensorflow/tfjs-core";
import { allocate, type HostBackend, type HostKernel, views } from "../ops/host/memory.ts";

/** Adds rows of `x` into `numSegments` rows by their segment id; ids outside are left out. Makes tf.gather trainable. */
export const unsortedSegmentSum: HostKernel = {
  kernelName: tf.UnsortedSegmentSum,
  kernelFunc: (args) => {
    const backend = args.backend as HostBackend;
    const { x, segmentIds } = args.inputs as Record<"x" | "segmentIds", tf.TensorInfo>;
    const { numSegments } = args.attrs as { numSegments: number };
    const rest = x.shape.slice(segmentIds.shape.length);
    const width = tf.util.sizeFromShape(rest);
    const out = allocate(backend, [numSegments, ...rest]);
    const [values, ids, sums] = views(backend, x, segmentIds, out);
    sums.fill(0);
    ids.forEach((id, row) => {
      if (!(id >= 0 && id < numSegments)) return;
      for (let k = 0; k < width; k++) sums[id * width + k]! += values[row * width + k]!;
    });
    return out;
  },
};
