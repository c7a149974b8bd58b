import { modelNames } from "./architectures/registry.ts";
import { createModel } from "./createModel.ts";
import { isCompleteMatch, matchStateDict } from "./matchStateDict.ts";
import type { Model } from "./model.ts";
import type { HostTensors } from "./safetensors/hostTensor.ts";

/**
 * Finds the architecture of a state dict by its names and shapes, at full width.
 *
 * @returns the model with the file's number of classes; undefined if none fits exactly
 *
 * @example
 * recogniseModel(readPth(bytes).tensors)?.name; // "resnet50"
 */
export function recogniseModel(tensors: HostTensors): Model | undefined {
  for (const name of modelNames) {
    const model = createModel(name, { numClasses: countClasses(createModel(name), tensors) });
    if (isCompleteMatch(matchStateDict(model, tensors))) return model;
  }
  return undefined;
}

/** How many classes `tensors` have, if they are of the architecture of `model`. */
export function countClasses(model: Model, tensors: HostTensors): number {
  const last = model.parameters.findLast(({ kind }) => kind === "weight")?.name;
  const { mismatched } = matchStateDict(model, tensors);
  const classes = mismatched.find(({ name }) => name === last)?.actual[0];
  return classes !== undefined && classes >= 1 ? classes : model.config.numClasses;
}
