import { ShapeError } from "@apr-kit/contracts";
import type { Tensor } from "@tensorflow/tfjs-core";
import { showShape } from "./checks.ts";
import { Kernel, type SgdAttrs } from "./kernels.ts";
import { runKernel } from "./runKernel.ts";

/** Hyperparameters of {@link sgdNesterov}. */
export type SgdNesterovOptions = SgdAttrs;

/**
 * Computes one step of stochastic gradient descent with Nesterov momentum, for one parameter.
 *
 *     slope    = gradient + weightDecay · weight
 *     velocity = momentum · velocity + slope
 *     weight   = weight − learningRate · (slope + momentum · velocity)
 *
 * @param weight   any shape, float32
 * @param gradient same shape
 * @param velocity same shape; zeros before the first step
 * @returns the new weight and velocity; the caller disposes both, the arguments are left alone
 *
 * Convention: torch.optim.SGD(nesterov=True, dampening=0): the learning rate is outside the velocity.
 * Gradient:   none.
 *
 * @throws {ShapeError} if the shapes differ
 */
export function sgdNesterov<TTensor extends Tensor>(
  weight: TTensor,
  gradient: Tensor,
  velocity: Tensor,
  { learningRate, momentum, weightDecay }: SgdNesterovOptions,
): { weight: TTensor; velocity: TTensor } {
  for (const [name, tensor] of Object.entries({ gradient, velocity })) {
    if (showShape(tensor) !== showShape(weight)) {
      throw new ShapeError("sgdNesterov", {
        expected: `${name} of the weight's shape ${showShape(weight)}`,
        actual: showShape(tensor),
      });
    }
  }
  const [newWeight, newVelocity] = runKernel<Tensor[]>(
    Kernel.sgdNesterov,
    { weight, gradient, velocity },
    { learningRate, momentum, weightDecay },
  );
  return { weight: newWeight as TTensor, velocity: newVelocity as TTensor };
}
