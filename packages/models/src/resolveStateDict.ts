import { ShapeError, ValueError } from "@apr-kit/contracts";
import { listNames } from "./assertParameters.ts";
import { drawInitial } from "./initialisation.ts";
import { isCompleteMatch, matchStateDict, type StateDictMatch } from "./matchStateDict.ts";
import type { Model } from "./model.ts";
import { pyTorchShape, toPyTorch } from "./pyTorchLayout.ts";
import type { HostTensor, HostTensors } from "./safetensors/hostTensor.ts";

export interface ResolveStateDictOptions {
  /** Whether every name must be there and every shape fit; default true. */
  readonly strict?: boolean;
  /** Seed of what the file does not give, when not strict; default 0. */
  readonly seed?: number;
}

/** A state dict that is exactly the model's, and how it came about. */
export interface ResolvedStateDict {
  readonly tensors: HostTensors;
  readonly report: StateDictMatch;
}

/**
 * Makes the state dict of a model from one of any known source, in ordinary memory.
 *
 * @param tensors of `readPth` or `readSafetensors`
 * @returns float32 tensors in the model's names and order, and the report of {@link matchStateDict}
 *
 * Convention: with `strict: false` what fits is taken, and the rest starts as `initialParameters` does.
 *
 * @throws {ValueError} if strict and names are missing or unexpected
 * @throws {ShapeError} if strict and a shape differs, for example because of the number of classes
 */
export function resolveStateDict(
  model: Model,
  tensors: HostTensors,
  { strict = true, seed = 0 }: ResolveStateDictOptions = {},
): ResolvedStateDict {
  const report = matchStateDict(model, tensors);
  if (strict) assertComplete(model, report);
  const complete = new Map<string, HostTensor>();
  for (const { name, shape, initialiser } of model.parameters) {
    const given = report.tensors.get(name);
    if (given !== undefined) {
      complete.set(name, widened(given));
      continue;
    }
    const size = shape.reduce((product, side) => product * side, 1);
    const values = drawInitial(initialiser, new Float32Array(size), { seed, name });
    complete.set(name, { dtype: "F32", ...toPyTorch({ shape, values }) });
  }
  return { tensors: complete, report };
}

/** Half precision lies widened in memory already. */
function widened({ dtype, shape, values }: HostTensor): HostTensor {
  return { dtype: values instanceof Float32Array ? "F32" : dtype, shape, values };
}

function assertComplete(model: Model, report: StateDictMatch): void {
  if (isCompleteMatch(report)) return;
  const { missing, unexpected, mismatched } = report;
  const [wrong] = mismatched;
  if (missing.length === 0 && unexpected.length === 0 && wrong !== undefined) {
    throw new ShapeError("resolveStateDict", {
      expected: `${wrong.name} of shape [${wrong.expected.join(", ")}]`,
      actual: `[${wrong.actual.join(", ")}]${classHint(model, wrong)}`,
    });
  }
  const names = mismatched.map(({ name }) => name);
  throw new ValueError("resolveStateDict", {
    expected: `exactly the ${model.parameters.length} parameters of ${model.name}`,
    actual:
      `others: missing ${listNames(missing)}; unexpected ${listNames(unexpected)}; ` +
      `of another shape ${listNames(names)}`,
  });
}

/** What to do about a last layer of another size. */
function classHint(model: Model, { name, actual }: StateDictMatch["mismatched"][number]): string {
  const last = model.parameters.findLast(({ kind }) => kind === "weight");
  const isLast = last?.name === name && actual[1] === pyTorchShape(last.shape)[1];
  return isLast ? `, a network of ${actual[0]} classes` : "";
}
