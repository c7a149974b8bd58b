import type { Predict } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { apgdWindows } from "./apgdWindows.ts";
import { ascend } from "./ascend.ts";
import { type AttackRows, gatherRows, rowOf } from "./attackBatch.ts";
import type { AttackOutcome, CommonOptions, Stop } from "./attackOutcome.ts";
import { type LossAndGradient, lossAndGradient, type RowLoss } from "./lossAndGradient.ts";
import { type Ball, projectOntoBall } from "./projectOntoBall.ts";
import { largestLogit } from "./rankedClass.ts";

/** One start of APGD. */
export interface ApgdRunOptions extends Ball, Pick<CommonOptions, "onProgress"> {
  readonly task: string;
  readonly loss: RowLoss;
  readonly iterations: number;
  /** Gradients averaged per iteration, for randomised classifiers. */
  readonly eotIterations: number;
  readonly stop: Stop;
}

/** What one start found: also the points of highest loss, misclassified or not. */
export interface ApgdRun extends AttackOutcome {
  readonly bestImages: Float32Array;
  readonly bestLosses: Float32Array;
}

const MOMENTUM = 0.75; // weight of the new step; the rest goes on in the direction of the last one
const RHO = 0.75; // share of a window's steps that must raise the loss, else the step is halved

/** Where one image stands. Arrays are views of its row. */
interface Walker {
  readonly image: Float32Array;
  readonly current: Float32Array;
  readonly previous: Float32Array;
  readonly gradient: Float32Array;
  readonly best: Float32Array;
  readonly bestGradient: Float32Array;
  readonly adversarial: Float32Array;
  readonly losses: number[];
  bestLoss: number;
  bestLossAtCheck: number;
  wasHalved: boolean;
  stepSize: number;
  isBroken: boolean;
}

/**
 * Runs APGD from given points.
 *
 *     z = P(x_i + η · direction(g)),   x_{i+1} = P(x_i + .75 (z - x_i) + .25 (x_i - x_{i-1}))
 *
 * At the end of each window η is halved, and the walk resumes at the best point so far, if the loss
 * rose in at most .75 of the window's steps, or if η was not halved at the window before and the best
 * loss has not improved since.
 *
 * @param starts as `rows.images`, within the ball and [0, 1]
 *
 * @see Croce and Hein, ICML 2020, §4.1, Algorithm 1.
 */
export async function apgdRun(
  predict: Predict,
  { rows, starts }: { readonly rows: AttackRows; readonly starts: Float32Array },
  options: ApgdRunOptions,
): Promise<ApgdRun> {
  const { iterations, task, stop, onProgress } = options;
  const { labels, size } = rows;
  const state = allocate(rows, starts);
  const walkers = Array.from(labels, (_, row) => walkerOf(state, rows, row, options));
  let active = walkers.map((_, row) => row);
  let zeroGradients = 0;

  const look = () => {
    const [, height, width, channel] = rows.shape;
    const shape = [active.length, height, width, channel] as const;
    const images = gatherRows(state.current, active, size);
    const loss: RowLoss = (logits, k) => options.loss(logits, active[k] as number);
    const seen = averaged(options.eotIterations, () =>
      lossAndGradient(predict, images, shape, loss),
    );
    active.forEach((row, k) => {
      record(walkers[row] as Walker, seen, { k, label: labels[row] as number, size });
    });
  };
  const retire = () => {
    if (stop === "success") active = active.filter((row) => !walkers[row]?.isBroken);
  };

  look();
  for (const walker of walkers) {
    if (walker.gradient.every((slope) => slope === 0)) zeroGradients++;
    walker.losses.length = 0; // the start is not a step of any window
  }
  retire();
  const ends = windowEnds(iterations);
  for (let i = 0; i < iterations && active.length > 0; i++) {
    for (const row of active) advance(walkers[row] as Walker, i, options);
    look();
    retire();
    const window = ends.get(i + 1);
    if (window !== undefined) for (const row of active) check(walkers[row] as Walker, i, window);
    const remaining = active.length * (iterations - i - 1);
    const total = labels.length * iterations;
    onProgress?.({ task, done: total - remaining, total, unit: "steps" });
    await tf.nextFrame(); // lets signals and the bar through
  }
  return {
    images: state.adversarial,
    isBroken: Uint8Array.from(walkers, ({ isBroken }) => (isBroken ? 1 : 0)),
    zeroGradients,
    bestImages: state.best,
    bestLosses: Float32Array.from(walkers, ({ bestLoss }) => bestLoss),
  };
}

type State = Record<
  "current" | "previous" | "gradient" | "best" | "bestGradient" | "adversarial",
  Float32Array
>;

function allocate(rows: AttackRows, starts: Float32Array): State {
  return {
    current: starts.slice(),
    previous: starts.slice(),
    gradient: new Float32Array(starts.length),
    best: starts.slice(),
    bestGradient: new Float32Array(starts.length),
    adversarial: rows.images.slice(),
  };
}

function walkerOf(state: State, rows: AttackRows, row: number, { epsilon }: Ball): Walker {
  const view = (values: Float32Array) => rowOf(values, row, rows.size);
  return {
    image: view(rows.images),
    current: view(state.current),
    previous: view(state.previous),
    gradient: view(state.gradient),
    best: view(state.best),
    bestGradient: view(state.bestGradient),
    adversarial: view(state.adversarial),
    losses: [],
    bestLoss: Number.NEGATIVE_INFINITY,
    bestLossAtCheck: Number.NEGATIVE_INFINITY,
    wasHalved: true, // so that the second rule is off at the first check
    stepSize: 2 * epsilon,
    isBroken: false,
  };
}

/** One step with momentum; both its halves are projected. */
function advance(walker: Walker, iteration: number, { norm, epsilon }: Ball): void {
  const { image, current, previous, gradient, stepSize } = walker;
  const share = iteration === 0 ? 1 : MOMENTUM;
  const next = current.slice();
  ascend(next, gradient, { norm, stepSize });
  projectOntoBall(next, image, { norm, epsilon });
  for (let p = 0; p < next.length; p++) {
    const here = current[p] as number;
    const momentum = here - (previous[p] as number);
    next[p] = here + share * ((next[p] as number) - here) + (1 - share) * momentum;
  }
  projectOntoBall(next, image, { norm, epsilon });
  previous.set(current);
  current.set(next);
}

/** Takes over what was seen at the walker's current point. */
function record(
  walker: Walker,
  { logits, losses, gradients }: LossAndGradient,
  { k, label, size }: { readonly k: number; readonly label: number; readonly size: number },
): void {
  const loss = losses[k] as number;
  walker.gradient.set(rowOf(gradients, k, size));
  walker.losses.push(loss);
  if (largestLogit(logits, k) !== label) {
    walker.isBroken = true;
    walker.adversarial.set(walker.current);
  }
  if (loss > walker.bestLoss) {
    walker.bestLoss = loss;
    walker.best.set(walker.current);
    walker.bestGradient.set(walker.gradient);
  }
}

/** Halves the step and goes back to the best point, where the last `window` steps call for it. */
function check(walker: Walker, iteration: number, window: number): void {
  const { losses } = walker;
  let rises = 0;
  for (let i = iteration - window + 1; i <= iteration; i++) {
    const before = i === 0 ? 0 : (losses[i - 1] as number); // 0: the reference's first comparison
    if ((losses[i] as number) > before) rises++;
  }
  const isStuck = !walker.wasHalved && walker.bestLossAtCheck >= walker.bestLoss;
  walker.wasHalved = rises <= RHO * window || isStuck;
  walker.bestLossAtCheck = walker.bestLoss;
  if (!walker.wasHalved) return;
  walker.stepSize /= 2;
  walker.current.set(walker.best);
  walker.gradient.set(walker.bestGradient);
}

/** Iterations after which there is a check, with the length of the window that ends there. */
function windowEnds(iterations: number): Map<number, number> {
  let end = 0;
  const ends = new Map<number, number>();
  for (const length of apgdWindows(iterations)) {
    end += length;
    ends.set(end, length);
  }
  return ends;
}

/** Mean gradient of several looks; logits and losses are the last one's. */
function averaged(looks: number, look: () => LossAndGradient): LossAndGradient {
  let last = look();
  if (looks === 1) return last;
  const sum = Float64Array.from(last.gradients);
  for (let i = 1; i < looks; i++) {
    last = look();
    last.gradients.forEach((slope, p) => {
      sum[p] = (sum[p] as number) + slope;
    });
  }
  return { ...last, gradients: Float32Array.from(sum, (slope) => slope / looks) };
}
