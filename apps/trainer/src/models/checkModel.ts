import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromPyTorch, type HostTensors, readSafetensors } from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";
import { computeCase, encodeCase, makeCase, moveOffsets } from "./parityCase.ts";
import { askPyTorch } from "./pyTorch.ts";

/** How far numbers are from PyTorch's float64. */
export interface Distances {
  /** Largest difference, as a fraction of the largest logit. */
  readonly logits: number;
  readonly trainingLogits: number;
  /** Length of the difference of all gradients together, as a fraction of theirs. */
  readonly gradients: number;
  /** Largest difference in any one tensor, as a fraction of its scale (at least 1/100 of the largest). */
  readonly worstGradient: { readonly name: string; readonly apart: number };
}

/** How one architecture compares with PyTorch at full size. */
export interface ModelCheck {
  readonly name: string;
  readonly ours: Distances;
  /** PyTorch's own float32: what rounding alone does. */
  readonly float32: Distances;
  readonly isOk: boolean;
}

/** What float32 may do to logits and gradients. */
const TOLERANCE = 1e-4;

/** Deep networks magnify rounding in single tensors: there PyTorch's own float32 is the measure. */
const TIMES_FLOAT32 = 4;

export interface CheckModelOptions {
  /** A Python that has PyTorch. */
  readonly python: string;
  /** Of weights and images. */
  readonly seed: number;
}

/** Compares logits and gradients of one architecture, full size, with a PyTorch on this machine. */
export async function checkModel(
  name: string,
  { python, seed }: CheckModelOptions,
): Promise<ModelCheck> {
  const folder = await mkdtemp(join(tmpdir(), "apr-model-check-"));
  const given = await makeCase(name, seed);
  try {
    const files = { request: join(folder, "request"), response: join(folder, "response") };
    await writeFile(files.request, await encodeCase(given));
    await askPyTorch(python, files);
    const { tensors } = readSafetensors(await readFile(files.response));
    moveOffsets(given, tensors);
    const exact = results(tensors, "");
    const ours = distances(await computeCase(given), exact);
    const float32 = distances(results(tensors, "float32."), exact);
    return { name, ours, float32, isOk: isClose(ours, float32) };
  } finally {
    tf.dispose([given.images, ...given.parameters.values()]);
    await rm(folder, { recursive: true, force: true });
  }
}

function isClose(ours: Distances, float32: Distances): boolean {
  const worst = Math.max(TOLERANCE, TIMES_FLOAT32 * float32.worstGradient.apart);
  return (
    [ours.logits, ours.trainingLogits, ours.gradients].every((apart) => apart <= TOLERANCE) &&
    ours.worstGradient.apart <= worst
  );
}

/** The script's results under `prefix`, gradients in our layout. */
function results(tensors: HostTensors, prefix: string): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  for (const name of ["logits", "training.logits"]) {
    found.set(name, tensors.get(prefix + name)?.values as Float32Array);
  }
  const start = `${prefix}gradient.`;
  for (const [name, { shape, values }] of tensors) {
    if (!name.startsWith(start)) continue;
    const ours = fromPyTorch({ shape, values: values as Float32Array });
    found.set(name.slice(prefix.length), ours.values);
  }
  return found;
}

type Results = ReadonlyMap<string, Float32Array>;

function distances(actual: Results, exact: Results): Distances {
  const names = [...exact.keys()].filter((name) => name.startsWith("gradient."));
  const floor = Math.max(...names.map((name) => largest(exact.get(name)))) / 100;
  let worst = { name: "", apart: 0 };
  for (const name of names) {
    const apart = distance(actual.get(name), exact.get(name), floor);
    if (!(apart <= worst.apart)) worst = { name: name.slice("gradient.".length), apart };
  }
  return {
    logits: distance(actual.get("logits"), exact.get("logits")),
    trainingLogits: distance(actual.get("training.logits"), exact.get("training.logits")),
    gradients: lengthApart(names, actual, exact),
    worstGradient: worst,
  };
}

/** ‖actual - exact‖ / ‖exact‖ over all of `names`. */
function lengthApart(names: readonly string[], actual: Results, exact: Results): number {
  let apart = 0;
  let length = 0;
  for (const name of names) {
    const got = actual.get(name);
    for (const [i, want] of (exact.get(name) ?? []).entries()) {
      apart += ((got?.[i] ?? Number.NaN) - want) ** 2;
      length += want ** 2;
    }
  }
  return Math.sqrt(apart / length);
}

function largest(values: Float32Array | undefined): number {
  let max = 0;
  for (const value of values ?? []) max = Math.max(max, Math.abs(value));
  return max;
}

/** NaN if a tensor is missing or of another size, which no tolerance admits. */
function distance(
  actual: Float32Array | undefined,
  exact: Float32Array | undefined,
  floor = 0,
): number {
  if (actual === undefined || exact === undefined || actual.length !== exact.length) {
    return Number.NaN;
  }
  let apart = 0;
  for (let i = 0; i < exact.length; i++) {
    apart = Math.max(apart, Math.abs((actual[i] as number) - (exact[i] as number)));
  }
  return apart / Math.max(floor, largest(exact));
}
