import { AttrType, type OpAttr } from "@apr-kit/contracts";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { NodeTensorFlowBackend } from "../tensorFlowBackend.ts";
import { ints, string } from "./kernel.ts";

/**
 * Runs oneDNN's convolution that adds a bias, and maybe another tensor, and applies ReLU while it writes.
 *
 * TensorFlow's graph optimiser puts this operation where it finds the pattern; here it is called by name. It is
 * registered under the label that the optimiser uses.
 *
 * @param inputs images, filter, bias and maybe the other tensor, all of one precision
 */
export function fusedConvolution(
  backend: NodeTensorFlowBackend,
  [images, filter, ...added]: readonly Tensor[],
  { attrs, relu }: { readonly attrs: readonly OpAttr[]; readonly relu: boolean },
): Tensor {
  const steps = ["BiasAdd", ...(added.length > 1 ? ["Add"] : []), ...(relu ? ["Relu"] : [])];
  const [output] = backend.executeRaw({
    op: "_MklNativeFusedConv2D",
    attrs: [
      ...attrs,
      ints("num_args", added.length),
      { name: "fused_ops", type: AttrType.string, value: steps },
      string("_kernel", "MklNameChangeOp"),
    ],
    inputs: [images as Tensor, filter as Tensor, added],
    outputs: 1,
  });
  return output as Tensor;
}
