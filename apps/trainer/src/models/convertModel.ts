import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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
  recogniseModels,
  resolveStateDict,
  type StateDictMatch,
  writeGraphModel,
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
  /** Architectures that the same names and shapes fit, if the file does not say which it is. */
  readonly alsoFits: readonly string[];
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
 * Converts a file of weights to safetensors, ONNX or a tfjs GraphModel.
 *
 * Convention: the output is a whole classifier of [0, 1] images: its normalisation is `mean` and
 * `std`, else the input's, else none (0 and 1). Files are written whole or not at all; of a GraphModel
 * the weights come first, under the name that its .json gives.
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
  const match = matchStateDict(model, weights.tensors);
  const normalization = normalizationOf(options, weights, match);
  const { tensors: fitting, ...rest } = match;
  const report: ConversionReport = {
    input,
    output,
    architecture: model.name,
    alsoFits: alternatives(weights, model, options),
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
  const extras = { normalization, classNames: names(model, weights) };
  for (const { name, content } of encode.run(model, tensors, extras)) {
    const path = join(dirname(output), name);
    await publishFile(path, (temporary) => writeFile(temporary, content));
  }
  return report;
}

interface Extras {
  readonly normalization: Normalization;
  readonly classNames: readonly string[];
}

interface EncodedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

interface Encoder {
  readonly format: string;
  readonly run: (model: Model, tensors: HostTensors, extras: Extras) => readonly EncodedFile[];
}

function encoderOf(output: string): Encoder {
  const name = basename(output);
  if (/\.safetensors$/i.test(name)) {
    return {
      format: "safetensors",
      run: (model, tensors, extras) => [
        { name, content: encodeClassifier({ model, tensors, ...extras }) },
      ],
    };
  }
  if (/\.onnx$/i.test(name)) {
    return {
      format: `ONNX, opset ${ONNX_OPSET}`,
      run: (...given) => [{ name, content: writeOnnx(...given) }],
    };
  }
  if (/\.json$/i.test(name)) {
    return {
      format: "tfjs GraphModel",
      run: (model, tensors, extras) => {
        const weightsFile = name.replace(/\.json$/i, ".weights.bin");
        const { json, weights } = writeGraphModel(model, tensors, { ...extras, weightsFile });
        return [
          { name: weightsFile, content: weights },
          { name, content: json },
        ];
      },
    };
  }
  throw new CliError("FORMAT", `expected an output of .safetensors, .onnx or .json, got ${output}`);
}

function alternatives(
  { metadata, tensors }: Weights,
  { name }: Model,
  { architecture }: ConvertOptions,
): string[] {
  if (architecture !== undefined || "apr-kit.architecture" in metadata) return [];
  return recogniseModels(tensors)
    .map((model) => model.name)
    .filter((other) => other !== name);
}

/** What the user says, else what the file's metadata say, else what it carries as buffers, else none. */
function normalizationOf(
  { mean, std }: ConvertOptions,
  weights: Weights,
  match: StateDictMatch,
): Normalization {
  if (mean !== undefined && std !== undefined) return { mean, std };
  if (mean !== undefined || std !== undefined) {
    throw new CliError("NORMALIZATION", "expected --mean and --std together, got one of them");
  }
  const own = stated(weights.metadata, "apr-kit.normalization") as Normalization | undefined;
  return own ?? match.normalization ?? NO_NORMALIZATION;
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
