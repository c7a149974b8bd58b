/**
 * @file tfjs keeps what the forward pass saved, and every gradient in between, until the last gradient is there: in a
 * deep network more memory than all activations. Here a saved tensor goes when the operation that saved it has been
 * differentiated, and a gradient when the operation whose result it belongs to has been.
 */
import * as tf from "@tensorflow/tfjs-core";
import { constant } from "./constant.ts";
import { Kernel } from "./kernels.ts";

/**
 * Puts our way back in the place of the tfjs engine's: `tf.grad`, `tf.valueAndGrads`, `tf.variableGrads`, optimizers and
 * tf.layers all take it. Same operations in the same order, so the same bits.
 *
 * Within a differentiation, where the tape belongs to the outer one, tfjs's own way stays.
 */
export function replaceEngineGradients(): void {
  const engine = tf.engine() as unknown as TapeEngine;
  if (engine.gradients === replaced.get(engine)) return;
  const stock = engine.gradients.bind(engine);
  const lean: TapeEngine["gradients"] = (compute, xs, dy, allowNoGradients) =>
    engine.state.gradientDepth > 0
      ? stock(compute, xs, dy, allowNoGradients)
      : leanGradients(engine, compute, xs, { dy, allowNoGradients });
  replaced.set(engine, lean);
  engine.gradients = lean;
}

const replaced = new WeakMap<TapeEngine, TapeEngine["gradients"]>();

/** What tfjs's engine has for its own `gradients`, private in its types. */
interface TapeEngine {
  readonly state: { readonly gradientDepth: number; activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
  gradients(
    compute: () => tf.Tensor,
    xs: readonly tf.Tensor[],
    dy?: tf.Tensor | null,
    allowNoGradients?: boolean,
  ): Gradients;
}

interface Gradients {
  readonly value: tf.Tensor;
  /** Undefined for what the value does not depend on. */
  readonly grads: (tf.Tensor | undefined)[];
}

/** One operation that ran while the tape did; `gradient` returns a function for each of its inputs. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved?: readonly tf.Tensor[];
  readonly gradient?: (dys: readonly (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
}

interface LeanOptions {
  readonly dy: tf.Tensor | null | undefined;
  readonly allowNoGradients: boolean | undefined;
}

function leanGradients(
  engine: TapeEngine,
  compute: () => tf.Tensor,
  xs: readonly tf.Tensor[],
  { dy, allowNoGradients = false }: LeanOptions,
): Gradients {
  if (xs.length === 0) throw new Error("gradients() received an empty list of xs.");
  let tape: readonly TapeNode[] = [];
  const record = () => {
    engine.startTape();
    try {
      return tf.tidy(compute);
    } finally {
      engine.endTape();
      tape = engine.state.activeTape ?? [];
      engine.state.activeTape = null;
    }
  };
  const run = () => {
    const value = record();
    const grads = walkBack(tape, [value, dy ?? tf.onesLike(value)], xs);
    if (allowNoGradients || grads.some((gradient) => gradient !== undefined)) {
      return { value, grads: grads as tf.Tensor[] };
    }
    throw new Error(
      "Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses " +
        "all operations that lead from x to y.",
    );
  };
  try {
    return tf.tidy(run);
  } finally {
    tape.forEach(forget); // where the walk ended early
  }
}

function forget({ saved = [] }: TapeNode): void {
  for (const tensor of saved) tensor.dispose();
}

/** The gradients of `xs`, from that of the value. */
function walkBack(
  tape: readonly TapeNode[],
  [value, dy]: readonly [tf.Tensor, tf.Tensor],
  xs: readonly tf.Tensor[],
): (tf.Tensor | undefined)[] {
  const wanted = new Set(xs.map(({ id }) => id));
  const depends = dependants(tape, wanted);
  const slopes = new Map([[value.id, tf.clone(dy)]]);
  for (const node of tape.toReversed()) {
    if (node.outputs.some(({ id }) => slopes.has(id) && depends.has(id))) {
      for (const [id, slope] of differentiate(node, slopes, depends)) {
        const sum = slopes.get(id);
        slopes.set(id, sum === undefined ? slope : tf.add(sum, slope));
        if (sum !== undefined) tf.dispose([sum, slope]);
      }
    }
    forget(node);
    for (const { id } of node.outputs) {
      if (wanted.has(id)) continue;
      slopes.get(id)?.dispose();
      slopes.delete(id);
    }
  }
  return xs.map(({ id }) => slopes.get(id));
}

/** Ids of the tensors that are computed from the wanted ones, those included. */
function dependants(tape: readonly TapeNode[], wanted: ReadonlySet<number>): Set<number> {
  const ids = new Set(wanted);
  for (const { inputs, outputs } of tape) {
    if (!Object.values(inputs).some(({ id }) => ids.has(id))) continue;
    for (const { id } of outputs) ids.add(id);
  }
  return ids;
}

/** The gradients of one operation's inputs that matter, by tensor id; each a tensor of its own. */
function differentiate(
  { kernelName, gradient, inputs, outputs }: TapeNode,
  slopes: ReadonlyMap<number, tf.Tensor>,
  depends: ReadonlySet<number>,
): [id: number, slope: tf.Tensor][] {
  if (gradient === undefined) {
    throw new Error(`Cannot compute gradient: gradient function not found for ${kernelName}.`);
  }
  const isOurs = OUR_KERNELS.has(kernelName);
  const dys = outputs.map(({ id }, i) => {
    // Our gradients read the first dy only; for a missing one tfjs would upload zeros of its output's size.
    return slopes.get(id) ?? (isOurs && i > 0 ? constant(0) : null);
  });
  const needed = Object.entries(inputs).filter(([, { id }]) => depends.has(id));
  const results = tf.tidy(() => {
    const gradients = gradient(dys);
    const taken = new Set(dys);
    return needed.map(([name, input]) => {
      const slope = gradients[name]?.();
      assertGradient(kernelName, name, input, slope);
      // One tensor may stand for several inputs, or be the very dy that is about to go.
      const own = taken.has(slope) ? tf.clone(slope) : slope;
      taken.add(own);
      return own;
    });
  });
  return needed.map(([, { id }], i) => [id, results[i]!]);
}

function assertGradient(
  kernelName: string,
  name: string,
  input: tf.Tensor,
  slope: tf.Tensor | undefined,
): asserts slope is tf.Tensor {
  const isRight = slope?.dtype === "float32" && tf.util.arraysEqual(slope.shape, input.shape);
  if (isRight) return;
  const got = slope === undefined ? "none" : `${slope.dtype} [${slope.shape}]`;
  throw new Error(
    `gradients: expected ${kernelName} to give a gradient float32 [${input.shape}] for ${name}, got ${got}`,
  );
}

const OUR_KERNELS: ReadonlySet<string> = new Set(Object.values(Kernel));
