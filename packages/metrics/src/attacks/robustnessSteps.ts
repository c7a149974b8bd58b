import { type OnProgress, show, ValueError } from "@apr-kit/contracts";
import { assertBall, assertPositiveInteger } from "./assertOptions.ts";
import type { AsyncPredict } from "./asyncPredict.ts";
import { type AttackBatch, type AttackRows, openBatch, rowOf, takeRows } from "./attackBatch.ts";
import { brokenRows, cleanOutcome, type Stop } from "./attackOutcome.ts";
import type { AttackPlan } from "./autoAttack.ts";
import { type Ball, perturbationNorm } from "./projectOntoBall.ts";
import { type AttackName, type RunAttackOptions, runAttack } from "./runAttack.ts";

/** What one attack did to one batch of survivors. Plain JSON. */
export interface RobustnessStep {
  /** "clean": no attack, which images are misclassified anyway. */
  readonly attack: "clean" | AttackName;
  readonly samples: readonly number[];
  /** Those of `samples` that are misclassified now. */
  readonly broken: readonly number[];
  /** Size of the perturbation of each of `broken`. */
  readonly norms: readonly number[];
  /** Of all values of the images that the attack returned. */
  readonly minimum: number;
  readonly maximum: number;
  readonly nanCount: number;
  /** Images whose first gradient was zero. */
  readonly zeroGradients: number;
}

export interface RobustnessOptions extends Ball {
  readonly plan: AttackPlan;
  /** Images per batch, default 250. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Default "success": an image leaves an attack once it is misclassified. */
  readonly stop?: Stop;
  /** Steps of an interrupted evaluation, from the first on. */
  readonly done?: readonly RobustnessStep[];
  /** Counts the images of each attack. */
  readonly onProgress?: OnProgress;
}

/**
 * Attacks a data set, one attack after the other, each on the survivors of those before it.
 *
 * @returns an iterator over steps, one a batch; store them, and pass them as `done` to go on later
 *
 * Convention: an image that is misclassified without an attack counts as broken. What an attack returns is
 * classified once more, and that decides.
 * Randomness: by (seed, sample); the draws of an image do not depend on the batch it sits in, nor on a resume.
 *
 * @throws {ShapeError | ValueError} if the data or an option is malformed, `predict` returns no logits, or
 * `done` belongs to another evaluation
 */
export async function* robustnessSteps(
  predict: AsyncPredict,
  data: AttackBatch,
  options: RobustnessOptions,
): AsyncGenerator<RobustnessStep> {
  const { plan, batchSize = 250, done = [] } = options;
  const rows = openBatch("robustnessSteps", data);
  assertBall("robustnessSteps", options);
  assertDistinct(rows.samples);
  assertPositiveInteger("robustnessSteps", "batchSize", batchSize);
  let alive = [...rows.labels.keys()];
  let position = 0;
  for (const attack of ["clean", ...plan.attacks] as const) {
    const broken = new Set<number>();
    for (let start = 0; start < alive.length; start += batchSize) {
      const batch = takeRows(rows, alive.slice(start, start + batchSize));
      const stored = done[position++];
      const stage = { attack, start, batch: batch.labels.length, size: alive.length };
      const progress = stageProgress(options.onProgress, stage);
      const step =
        stored ?? (await attackBatch(attack, { predict, batch }, { ...options, progress }));
      if (stored !== undefined) assertSame(stored, attack, batch);
      for (const sample of step.broken) broken.add(sample);
      if (stored === undefined) yield step;
    }
    alive = alive.filter((row) => !broken.has(rows.samples[row] as number));
  }
}

async function attackBatch(
  attack: RobustnessStep["attack"],
  { predict, batch }: { readonly predict: AsyncPredict; readonly batch: AttackRows },
  {
    plan,
    norm,
    epsilon,
    seed = 0,
    stop = "success",
    progress,
  }: RobustnessOptions & { readonly progress: Pick<RunAttackOptions, "onProgress"> },
): Promise<RobustnessStep> {
  const options = { ...plan.options, norm, epsilon, seed, stop, ...progress };
  const { images, zeroGradients } =
    attack === "clean"
      ? await cleanOutcome(predict, batch)
      : await runAttack(attack, { predict, batch }, options);
  const isBroken = await brokenRows(predict, { ...batch, images });
  const found = [...isBroken.keys()].filter((row) => isBroken[row] === 1);
  const norms = found.map((row) =>
    perturbationNorm(rowOf(images, row, batch.size), rowOf(batch.images, row, batch.size), norm),
  );
  const broken = found.map((row) => batch.samples[row] as number);
  return { attack, samples: [...batch.samples], broken, norms, ...rangeOf(images), zeroGradients };
}

function rangeOf(values: Float32Array): Pick<RobustnessStep, "minimum" | "maximum" | "nanCount"> {
  let [minimum, maximum, nanCount] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    if (Number.isNaN(value)) nanCount++;
  }
  return { minimum, maximum, nanCount };
}

/** Turns the progress of one batch into that of all survivors of an attack. */
function stageProgress(
  onProgress: OnProgress | undefined,
  {
    attack,
    start,
    batch,
    size,
  }: {
    readonly attack: string;
    readonly start: number;
    readonly batch: number;
    readonly size: number;
  },
): Pick<RunAttackOptions, "onProgress"> {
  if (onProgress === undefined) return {};
  return {
    onProgress({ done, total }) {
      const share = total === undefined ? 0 : done / total;
      onProgress({ task: attack, done: start + batch * share, total: size, unit: "images" });
    },
  };
}

function assertDistinct(samples: Int32Array): void {
  const seen = new Set<number>();
  const repeated = samples.find((sample) => seen.size === seen.add(sample).size);
  if (repeated === undefined) return;
  throw new ValueError("robustnessSteps", {
    expected: "samples to be distinct",
    actual: `${repeated} twice`,
  });
}

function assertSame(stored: RobustnessStep, attack: string, batch: AttackRows): void {
  const isSame =
    stored.attack === attack &&
    stored.samples.length === batch.samples.length &&
    stored.samples.every((sample, row) => sample === batch.samples[row]);
  if (isSame) return;
  throw new ValueError("robustnessSteps", {
    expected: `done to hold ${attack} on ${batch.samples.length} images of this evaluation`,
    actual: `${stored.attack} on ${show(stored.samples)}`,
  });
}
