import { modelNames } from "./architectures/registry.ts";
import { createModel } from "./createModel.ts";
import { isCompleteMatch, matchStateDict } from "./matchStateDict.ts";
import type { Model } from "./model.ts";
import type { HostTensors } from "./safetensors/hostTensor.ts";

/**
 * Finds the architectures of a state dict by its names and shapes, at full width.
 *
 * @returns the models that fit exactly, with the file's number of classes: none, one, or where two
 *          architectures differ in nothing but what they compute (preact-resnet18 and its v2) both
 *
 * @example
 * recogniseModels(readPth(bytes).tensors).map(({ name }) => name); // ["resnet50"]
 */
export function recogniseModels(tensors: HostTensors): readonly Model[] {
  return modelNames
    .map((name) => createModel(name, { numClasses: countClasses(createModel(name), tensors) }))
    .filter((model) => isCompleteMatch(matchStateDict(model, tensors)));
}

/** How many classes `tensors` have, if they are of the architecture of `model`. */
export function countClasses(model: Model, tensors: HostTensors): number {
  const last = model.parameters.findLast(({ kind }) => kind === "weight")?.name;
  const { mismatched } = matchStateDict(model, tensors);
  const classes = mismatched.find(({ name }) => name === last)?.actual[0];
  return classes !== undefined && classes >= 1 ? classes : model.config.numClasses;
}
