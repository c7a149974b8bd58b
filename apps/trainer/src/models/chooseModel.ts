import {
  countClasses,
  createModel,
  type Model,
  type ModelConfig,
  modelNames,
  recogniseModels,
} from "@apr-kit/models";
import { CliError } from "../terminal/cliError.ts";
import { stated, type Weights } from "./readWeights.ts";

export interface ModelChoice {
  readonly architecture?: string;
  readonly classes?: number;
}

/**
 * The model that weights belong to: what the user says, else what the file says, else what its names
 * and shapes say.
 *
 * @throws {CliError} NO_ARCHITECTURE if none of these tells
 * @throws {ValueError} if the named architecture is unknown
 */
export function chooseModel(weights: Weights, { architecture, classes }: ModelChoice): Model {
  if (architecture !== undefined) {
    const numClasses = classes ?? countClasses(createModel(architecture), weights.tensors);
    return createModel(architecture, { numClasses });
  }
  const found = statedModel(weights.metadata) ?? recogniseModels(weights.tensors)[0];
  if (found === undefined) {
    throw new CliError(
      "NO_ARCHITECTURE",
      "the file's names and shapes are of no architecture that we know; --architecture NAME says " +
        `which to compare with (${modelNames.join(", ")})`,
      1,
    );
  }
  return classes === undefined
    ? found
    : createModel(found.name, { ...found.config, numClasses: classes });
}

/** What our own files state, classifiers and checkpoints. */
function statedModel(metadata: Weights["metadata"]): Model | undefined {
  const name = metadata["apr-kit.architecture"];
  const isOurs = name !== undefined && (modelNames as readonly string[]).includes(name);
  if (!isOurs) return undefined;
  const config = stated(metadata, "apr-kit.config");
  const { numClasses, width } = { ...(config as Partial<ModelConfig> | undefined) };
  if (numClasses === undefined || width === undefined) return undefined;
  return createModel(name, { numClasses, width });
}
