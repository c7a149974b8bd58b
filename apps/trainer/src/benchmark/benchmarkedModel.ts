import { sha256File } from "@apr-kit/cache";
import type { Predict } from "@apr-kit/contracts";
import { findDataset } from "@apr-kit/datasets";
import { traced } from "@apr-kit/engine";
import {
  asPredict,
  loadStateDict,
  type Model,
  type Normalization,
  recogniseModels,
} from "@apr-kit/models";
import { chooseModel, type ModelChoice } from "../models/chooseModel.ts";
import { readWeights, stated, type Weights, weightsFile } from "../models/readWeights.ts";
import { CliError } from "../terminal/cliError.ts";

export interface BenchmarkedModelOptions extends ModelChoice {
  /** Where in a .pth's dict to look. */
  readonly key?: string;
  /** "none", "half" (0.5 and 0.5), or a data set's name. */
  readonly normalisation?: string;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** A classifier of [0, 1] images from a file. */
export interface BenchmarkedModel {
  readonly predict: Predict;
  readonly model: Model;
  readonly normalization: Normalization;
  /** Names of its classes, where the file states them. */
  readonly classNames?: readonly string[];
  readonly sha256: string;
  /** What the user should know of how the file was understood. */
  readonly notices: readonly string[];
}

/**
 * Opens weights as a classifier.
 *
 * Convention: the normalisation is what the user says, else what the file states, else what it carries as
 * buffers, else ImageNet's for a model of 1000 classes.
 *
 * @throws {CliError} if the file does not tell the architecture or the normalisation, or weights do not fit
 */
export async function openBenchmarkedModel(
  file: string,
  options: BenchmarkedModelOptions,
): Promise<BenchmarkedModel> {
  const weights = await readWeights(file, options.key);
  const model = chooseModel(weights, options);
  const { parameters, report } = loadStateDict(model, weights.tensors);
  const normalization = normalizationOf(options, weights, model, report.normalization);
  const classNames = stated(weights.metadata, "apr-kit.classNames");
  return {
    predict: traced(asPredict(model, parameters, normalization), { name: "predict" }),
    model,
    normalization,
    ...(Array.isArray(classNames) && { classNames: classNames.map(String) }),
    sha256: await sha256File(await weightsFile(file)),
    notices: ambiguity(weights, model, options),
  };
}

function normalizationOf(
  { normalisation, mean, std }: BenchmarkedModelOptions,
  { metadata }: Weights,
  { config: { numClasses } }: Model,
  buffers: Normalization | undefined,
): Normalization {
  if (mean !== undefined && std !== undefined) return { mean, std };
  if (mean !== undefined || std !== undefined) {
    throw new CliError("NORMALIZATION", "expected --mean and --std together, got one of them");
  }
  if (normalisation === "none") return { mean: [0, 0, 0], std: [1, 1, 1] };
  if (normalisation === "half") return { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
  if (normalisation !== undefined) return findDataset(normalisation).facts.normalisation;
  const own = stated(metadata, "apr-kit.normalization") as Normalization | undefined;
  if (own !== undefined) return own;
  if (buffers !== undefined) return buffers;
  if (numClasses === 1000) return findDataset("imagenet").facts.normalisation;
  throw new CliError(
    "NORMALIZATION",
    "the file does not say how images are normalised, and a wrong guess spoils every figure: give --normalisation " +
      "cifar10 (0.4914... / 0.2023..., as APR), half (0.5 / 0.5, as AugMix), none, or --mean and --std",
  );
}

function ambiguity(
  { metadata, tensors }: Weights,
  { name }: Model,
  { architecture }: ModelChoice,
): readonly string[] {
  const isStated = "apr-kit.architecture" in metadata || "architecture" in metadata;
  if (architecture !== undefined || isStated) return [];
  const others = recogniseModels(tensors)
    .map((model) => model.name)
    .filter((other) => other !== name);
  if (others.length === 0) return [`taken for ${name} by its names and shapes`];
  return [
    `taken for ${name}; ${others.join(", ")} would fit as well: --architecture says which it is`,
  ];
}
