import * as tf from "@tensorflow/tfjs-core";
import { fusedConvolution } from "../tensorflow/kernels/fusedConvolution.ts";
import { ints, string } from "../tensorflow/kernels/kernel.ts";
import type { NodeTensorFlowBackend } from "../tensorflow/tensorFlowBackend.ts";

/** Whether the operations that our addon adds to TensorFlow serve the current backend: on a CPU. */
export function hasOwnOperations(): boolean {
  if (tf.getBackend() !== "tensorflow") return false;
  const backend: object = tf.engine().backend;
  return !("isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true);
}

const probed = new WeakMap<object, boolean>();

/** Whether the current backend has oneDNN's convolution with additions and ReLU; tried out once. */
export function fusesConvolutions(): boolean {
  if (!hasOwnOperations()) return false;
  const { backend } = tf.engine();
  const known = probed.get(backend);
  if (known !== undefined) return known;
  const isThere = canFuse(backend as NodeTensorFlowBackend);
  probed.set(backend, isThere);
  return isThere;
}

function canFuse(backend: NodeTensorFlowBackend): boolean {
  return tf.tidy(() => {
    try {
      const [images, filter] = [tf.zeros([1, 1, 1, 1]), tf.zeros([1, 1, 1, 1])];
      fusedConvolution(backend, [images, filter, tf.zeros([1])], {
        attrs: [ints("strides", [1, 1, 1, 1]), string("padding", "VALID")],
        relu: true,
      });
      return true;
    } catch {
      return false; // this TensorFlow was built without oneDNN, or it is switched off
    }
  });
}
