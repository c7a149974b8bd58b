import { show, ValueError } from "@apr-kit/contracts";
import type { Variable } from "@tensorflow/tfjs-core";
import { assertNormalization, type Normalization } from "./asPredict.ts";
import { assertFiniteFloats } from "./assertFiniteFloats.ts";
import { assertParameters } from "./assertParameters.ts";
import { createModel } from "./createModel.ts";
import type { Model, ModelConfig, Parameters } from "./model.ts";
import { pyTorchShape } from "./pyTorchLayout.ts";
import type { HostTensors } from "./safetensors/hostTensor.ts";
import { readSafetensors } from "./safetensors/readSafetensors.ts";
import { writeSafetensors } from "./safetensors/writeSafetensors.ts";
import { fromStateDict, toStateDict } from "./stateDict.ts";

/** A trained network with all that is needed to use it on [0, 1] images. */
export interface Classifier<TParameters extends Parameters = Parameters> {
  readonly model: Model;
  readonly parameters: TParameters;
  readonly normalization: Normalization;
  /** What each logit stands for. */
  readonly classNames: readonly string[];
}

/** Keys of our entries in a file's metadata. Values are JSON, the architecture's name excepted. */
const Key = {
  architecture: "apr-kit.architecture",
  config: "apr-kit.config",
  normalization: "apr-kit.normalization",
  classNames: "apr-kit.classNames",
} as const;

/**
 * Packs a classifier into the bytes of a safetensors file, weights in PyTorch's names and layout.
 *
 * PyTorch reads it with `model.load_state_dict(safetensors.torch.load_file(path))`.
 *
 * @throws {ValueError | ShapeError} if parameters, normalisation or class names do not fit the model
 */
export async function saveClassifier(classifier: Classifier): Promise<Uint8Array> {
  const { model, parameters, normalization, classNames } = classifier;
  assertFits("saveClassifier", { model, normalization, classNames });
  const tensors = await toStateDict(model, parameters);
  return encodeClassifier({ model, tensors, normalization, classNames });
}

/** A classifier whose weights lie in ordinary memory, in PyTorch's layout. */
export interface HostClassifier extends Omit<Classifier, "parameters"> {
  /** Exactly the parameters of the model; see `resolveStateDict`. */
  readonly tensors: HostTensors;
}

/**
 * Packs weights that lie in ordinary memory, as {@link saveClassifier} does; needs no engine.
 *
 * @throws {ValueError | ShapeError} if a part does not fit the model, or a weight is not finite
 */
export function encodeClassifier(classifier: HostClassifier): Uint8Array {
  const { model, tensors, normalization, classNames } = classifier;
  assertFits("encodeClassifier", classifier);
  assertParameters("encodeClassifier", model.parameters, tensors, ({ shape }) =>
    pyTorchShape(shape),
  );
  assertFiniteFloats("encodeClassifier", tensors);
  const metadata = classifierMetadata({ model, normalization, classNames });
  return writeSafetensors({ tensors, metadata });
}

/** What a safetensors file says beside weights, so that they can be read as a classifier. */
export function classifierMetadata({
  model,
  normalization,
  classNames,
}: Omit<Classifier, "parameters">): Record<string, string> {
  return {
    format: "pt", // what PyTorch-minded readers look for
    [Key.architecture]: model.name,
    [Key.config]: JSON.stringify(model.config),
    [Key.normalization]: JSON.stringify(normalization),
    [Key.classNames]: JSON.stringify(classNames),
  };
}

/**
 * Restores what {@link saveClassifier} packed.
 *
 * @returns a classifier whose variables the caller disposes
 *
 * @throws {ValueError} if the file is malformed, is not one of ours, or names no architecture we know
 * @throws {ShapeError} if a weight does not fit the architecture
 */
export function loadClassifier(bytes: Uint8Array): Classifier<Map<string, Variable>> {
  const { tensors, metadata } = readSafetensors(bytes);
  const { numClasses, width } = parse<ModelConfig>(metadata, Key.config);
  const model = createModel(textOf(metadata, Key.architecture), { numClasses, width });
  const normalization = parse<Normalization>(metadata, Key.normalization);
  const classNames = parse<readonly string[]>(metadata, Key.classNames);
  assertFits("loadClassifier", { model, normalization, classNames });
  return { model, parameters: fromStateDict(model, tensors), normalization, classNames };
}

function textOf(metadata: Readonly<Record<string, string>>, key: string): string {
  if (Object.hasOwn(metadata, key)) return metadata[key] as string;
  throw new ValueError("loadClassifier", {
    expected: `metadata ${key}, which saveClassifier writes`,
    actual: show(Object.keys(metadata)),
  });
}

function parse<TValue extends object>(
  metadata: Readonly<Record<string, string>>,
  key: string,
): TValue {
  const text = textOf(metadata, key);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ValueError("loadClassifier", {
      expected: `${key} in JSON`,
      actual: show(text),
      cause,
    });
  }
  if (typeof value !== "object" || value === null) {
    throw new ValueError("loadClassifier", { expected: `${key} of an object`, actual: show(text) });
  }
  return value as TValue;
}

function assertFits(
  where: string,
  { model, normalization, classNames }: Omit<Classifier, "parameters">,
): void {
  assertNormalization(where, normalization);
  const { numClasses } = model.config;
  const isFit =
    Array.isArray(classNames) &&
    classNames.length === numClasses &&
    classNames.every((name) => typeof name === "string");
  if (!isFit) {
    throw new ValueError(where, {
      expected: `${numClasses} class names`,
      actual: show(classNames),
    });
  }
}
