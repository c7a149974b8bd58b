import type { Variable } from "@tensorflow/tfjs-core";
import { assertFiniteFloats } from "./assertFiniteFloats.ts";
import { assertParameters } from "./assertParameters.ts";
import { isBatchCounter } from "./foreignNames.ts";
import type { Model, Parameters } from "./model.ts";
import { fromPyTorch, pyTorchShape, toPyTorch } from "./pyTorchLayout.ts";
import type { HostTensor, HostTensors } from "./safetensors/hostTensor.ts";
import { toVariables } from "./toVariables.ts";

/**
 * Reads parameters back from the device as a PyTorch state dict: its names, order and layout.
 *
 * @returns float32 tensors in ordinary memory; "num_batches_tracked" is left out, as PyTorch allows
 *
 * @throws {ValueError | ShapeError} if `parameters` are not exactly the model's
 */
export async function toStateDict(model: Model, parameters: Parameters): Promise<HostTensors> {
  assertParameters("toStateDict", model.parameters, parameters);
  const tensors = new Map<string, HostTensor>();
  for (const { name, shape } of model.parameters) {
    const values = await parameters.get(name)?.data<"float32">();
    tensors.set(name, { dtype: "F32", ...toPyTorch({ shape, values: values as Float32Array }) });
  }
  return tensors;
}

/**
 * Makes the parameters of a model from a PyTorch state dict.
 *
 * @param tensors by PyTorch name, in PyTorch's layout, of a float dtype
 * @returns one variable per parameter, as `initialParameters` makes them; the caller disposes them
 *
 * @throws {ValueError} if names are missing or unexpected, or a value is not finite
 * @throws {ShapeError} if a shape differs, for example because of another number of classes
 */
export function fromStateDict(model: Model, tensors: HostTensors): Map<string, Variable> {
  const kept = new Map([...tensors].filter(([name]) => !isBatchCounter(name)));
  assertParameters("fromStateDict", model.parameters, kept, ({ shape }) => pyTorchShape(shape));
  assertFiniteFloats("fromStateDict", kept);
  return toVariables(model, ({ name }) => {
    const { shape, values } = kept.get(name) as HostTensor;
    return fromPyTorch({ shape, values: values as Float32Array }).values;
  });
}
