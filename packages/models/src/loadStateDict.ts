import type { Variable } from "@tensorflow/tfjs-core";
import type { StateDictMatch } from "./matchStateDict.ts";
import type { Model } from "./model.ts";
import { type ResolveStateDictOptions, resolveStateDict } from "./resolveStateDict.ts";
import type { HostTensors } from "./safetensors/hostTensor.ts";
import { fromStateDict } from "./stateDict.ts";

/** Parameters made from a state dict, and how it fitted. */
export interface LoadedStateDict {
  /** The caller disposes them. */
  readonly parameters: Map<string, Variable>;
  readonly report: StateDictMatch;
}

/**
 * Makes the parameters of a model from the state dict of any known source.
 *
 * @param tensors of `readPth` or `readSafetensors`
 * @param options `strict` (default true) and `seed` of what is missing; see resolveStateDict
 * @returns variables, and the report of `matchStateDict`
 *
 * Randomness: when not strict, that of the initial values.
 *
 * @throws {ValueError} if strict and names are missing or unexpected, or any value is not finite
 * @throws {ShapeError} if strict and a shape differs, for example because of the number of classes
 */
export function loadStateDict(
  model: Model,
  tensors: HostTensors,
  options: ResolveStateDictOptions = {},
): LoadedStateDict {
  const resolved = resolveStateDict(model, tensors, options);
  return { parameters: fromStateDict(model, resolved.tensors), report: resolved.report };
}
