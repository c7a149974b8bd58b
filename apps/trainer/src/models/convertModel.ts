import { writeFile } from "node:fs/promises";
import { publishFile } from "@apr-kit/cache";
import {
  describe,
  encodeClassifier,
  type HostTensors,
  isCompleteMatch,
  type Model,
  matchStateDict,
  type Normalization,
  ONNX_OPSET,
  resolveStateDict,
  type StateDictMatch,
  writeOnnx,
} from "@apr-kit/models";
import { CliError } from "../terminal/cliError.ts";
import { chooseModel, type ModelChoice } from "./chooseModel.ts";
import { readWeights, stated, type Weights } from "./readWeights.ts";

export interface ConvertOptions extends ModelChoice {
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** Where in a .pth's dict to look. */
  readonly key?: string;
  /** Default true. */
  readonly strict?: boolean;
  /** Told how the weights fit before anything is written or refused. */
  readonly onReport?: (report: ConversionReport) => void;
}

/** How the weights of a file fit a model, and what became of them. */
export interface ConversionReport {
  readonly input: string;
  readonly output: string;
  readonly architecture: string;
  readonly classes: number;
  readonly parameters: number;
  /** Keys of the checkpoint under which the weights lay. */
  readonly path: readonly string[];
  readonly fits: boolean;
  readonly match: Omit<StateDictMatch, "tensors"> & { readonly loaded: number };
  readonly normalization: Normalization;
  readonly format: string;
}

/** Leaves images as they are: for networks that were trained on [0, 1]. */
const NO_NORMALIZATION: Normalization = { mean: [0, 0, 0], std: [1, 1, 1] };

/**
 * Converts a file of weights to safetensors or ONNX.
 *
 * Convention: the output is a whole classifier of [0, 1] images: its normalisation is `mean` and
 * `std`, else the input's, else none (0 and 1). It is written whole or not at all.
 *
 * @throws {CliError} if the formats or options do not fit
 * @throws {ValueError | ShapeError} if the file is damaged, or strict and the weights do not fit
 */
export async function convertModel(
  input: string,
  output: string,
  options: ConvertOptions = {},
): Promise<ConversionReport> {
  const encode = encoderOf(output);
  const weights = await readWeights(input, options.key);
  const model = chooseModel(weights, options);
  const normalization = normalizationOf(weights, options);
  const match = matchStateDict(model, weights.tensors);
  const { tensors: fitting, ...rest } = match;
  const report: ConversionReport = {
    input,
    output,
    architecture: model.name,
    classes: model.config.numClasses,
    parameters: describe(model, inputShape(model)).parameters,
    path: weights.path,
    fits: isCompleteMatch(match),
    match: { ...rest, loaded: fitting.size },
    normalization,
    format: encode.format,
  };
  options.onReport?.(report);
  const { tensors } = resolveStateDict(model, weights.tensors, { strict: options.strict ?? true });
  const bytes = encode.run(model, tensors, { normalization, classNames: names(model, weights) });
  await publishFile(output, (temporary) => writeFile(temporary, bytes));
  return report;
}

interface Extras {
  readonly normalization: Normalization;
  readonly classNames: readonly string[];
}

interface Encoder {
  readonly format: string;
  readonly run: (model: Model, tensors: HostTensors, extras: Extras) => Uint8Array;
}

function encoderOf(output: string): Encoder {
  if (/\.safetensors$/i.test(output)) {
    return {
      format: "safetensors",
      run: (model, tensors, extras) => encodeClassifier({ model, tensors, ...extras }),
    };
  }
  if (/\.onnx$/i.test(output)) return { format: `ONNX, opset ${ONNX_OPSET}`, run: writeOnnx };
  throw new CliError("FORMAT", `expected an output of .safetensors or .onnx, got ${output}`);
}

function normalizationOf(weights: Weights, { mean, std }: ConvertOptions): Normalization {
  if (mean !== undefined && std !== undefined) return { mean, std };
  if (mean !== undefined || std !== undefined) {
    throw new CliError("NORMALIZATION", "expected --mean and --std together, got one of them");
  }
  const own = stated(weights.metadata, "apr-kit.normalization") as Normalization | undefined;
  return own ?? NO_NORMALIZATION;
}

/** The input's class names if it has as many as the model has classes, else their indices. */
function names({ config: { numClasses } }: Model, { metadata }: Weights): readonly string[] {
  const classNames = stated(metadata, "apr-kit.classNames");
  const isFit = Array.isArray(classNames) && classNames.length === numClasses;
  return isFit ? classNames.map(String) : Array.from({ length: numClasses }, (_, i) => `${i}`);
}

function inputShape({ name }: Model): [number, number, number] {
  return name === "resnet50" || name === "resnet18-imagenet" ? [224, 224, 3] : [32, 32, 3];
}
