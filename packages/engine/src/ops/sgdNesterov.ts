import { ShapeError, show } from "@apr-kit/contracts";
import { getBackend, type NamedTensorMap, type Scalar, type Tensor } from "@tensorflow/tfjs-core";
import { showShape } from "./checks.ts";
import { Kernel, type SgdAttrs } from "./kernels.ts";
import { hasOwnOperations } from "./ownOperations.ts";
import { runKernel } from "./runKernel.ts";

/** Hyperparameters of {@link sgdNesterov}. */
export interface SgdNesterovOptions extends Omit<SgdAttrs, "learningRate"> {
  /** A tensor where it changes from call to call of a traced function. */
  readonly learningRate: number | Scalar;
}

/** What {@link sgdNesterov} computes from, and what it returns the like of. */
export interface SgdState<TTensor extends Tensor = Tensor> {
  readonly weights: readonly TTensor[];
  /** Of the weights' shapes; zeros before the first step. */
  readonly velocities: readonly Tensor[];
}

/**
 * Computes one step of stochastic gradient descent with Nesterov momentum, for a list of parameters.
 *
 *     slope    = gradient + weightDecay · weight
 *     velocity = momentum · velocity + slope
 *     weight   = weight − learningRate · (slope + momentum · velocity)
 *
 * @param state     weights of any shape and their velocities, float32
 * @param gradients one per weight, of its shape
 * @returns the new weights and velocities; the caller disposes them, the arguments are left alone
 *
 * Convention: torch.optim.SGD(nesterov=True, dampening=0): the learning rate is outside the velocity.
 * Gradient:   none.
 * Cost:       on TensorFlow's CPU one operation for the whole list.
 *
 * @throws {ShapeError} if the lists differ in length, or a shape from its weight's
 */
export function sgdNesterov<TTensor extends Tensor>(
  { weights, velocities }: SgdState<TTensor>,
  gradients: readonly Tensor[],
  options: SgdNesterovOptions,
): SgdState<TTensor> {
  assertAlike(weights, { gradients, velocities });
  const { rate, attrs } = splitOptions(options);
  const lists = { weights, gradients, velocities };
  if (hasOwnOperations() && weights.length > 0) return stepAll<TTensor>(lists, rate, attrs);
  const stepped = weights.map((weight, i) =>
    runKernel<Tensor[]>(
      Kernel.sgdNesterov,
      { weight, gradient: gradients[i]!, velocity: velocities[i]!, ...rate },
      attrs,
    ),
  );
  return {
    weights: stepped.map(([weight]) => weight as TTensor),
    velocities: stepped.map(([, velocity]) => velocity!),
  };
}

/** The learning rate as the kernels want it: TensorFlow's as a tensor if it is one, those on the host as a number. */
function splitOptions({ learningRate, ...others }: SgdNesterovOptions): {
  readonly rate: { readonly learningRate?: Scalar };
  readonly attrs: Partial<SgdAttrs>;
} {
  if (typeof learningRate === "number") return { rate: {}, attrs: { ...others, learningRate } };
  if (learningRate.rank !== 0) {
    throw new ShapeError("sgdNesterov", {
      expected: "learningRate to be a number or a scalar",
      actual: showShape(learningRate),
    });
  }
  if (getBackend() === "tensorflow") return { rate: { learningRate }, attrs: others };
  return { rate: {}, attrs: { ...others, learningRate: learningRate.dataSync()[0]! } };
}

function stepAll<TTensor extends Tensor>(
  lists: Readonly<Record<string, readonly Tensor[]>>,
  rate: { readonly learningRate?: Scalar },
  attrs: Partial<SgdAttrs>,
): SgdState<TTensor> {
  const inputs: NamedTensorMap = {};
  for (const [name, tensors] of Object.entries(lists)) {
    for (const [i, tensor] of tensors.entries()) inputs[`${name}${i}`] = tensor;
  }
  const outputs = runKernel<Tensor[]>(Kernel.sgdNesterovAll, { ...inputs, ...rate }, attrs);
  const count = outputs.length / 2;
  return { weights: outputs.slice(0, count) as TTensor[], velocities: outputs.slice(count) };
}

function assertAlike(
  weights: readonly Tensor[],
  others: Readonly<Record<string, readonly Tensor[]>>,
): void {
  const expected = weights.map(showShape);
  for (const [name, tensors] of Object.entries(others)) {
    const shapes = tensors.map(showShape);
    const isAlike = shapes.length === expected.length && shapes.every((s, i) => s === expected[i]);
    if (isAlike) continue;
    throw new ShapeError("sgdNesterov", {
      expected: `${name} of the weights' shapes ${expected.join(", ")}`,
      actual: show(shapes),
    });
  }
}
