import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { movingAverage } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import type { ModelOutput, Parameters } from "./model.ts";

/**
 * Moves the running statistics towards those of one training batch, in place.
 *
 *     running ← (1 - momentum) · running + momentum · batch
 *
 * @param parameters       those that were given to `apply`; running statistics must be variables
 * @param statistics       what `apply` returned in training; not disposed
 * @param options.momentum in [0, 1], default 0.1, PyTorch's (TensorFlow calls that 0.9)
 *
 * Convention: `statistics` hold unbiased variances, so running variances are PyTorch's.
 *
 * @throws {ValueError} if momentum is out of range, or a statistic names no variable
 * @throws {ShapeError} if a statistic has another shape than its variable
 */
export function updateRunningStatistics(
  parameters: Parameters,
  statistics: ModelOutput["statistics"],
  { momentum = 0.1 }: { readonly momentum?: number } = {},
): void {
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new ValueError("updateRunningStatistics", {
      expected: "momentum in [0, 1]",
      actual: show(momentum),
    });
  }
  const updates = Object.entries(statistics).map(([name, batch]) => {
    const running = parameters.get(name);
    assertRunning(name, running, batch);
    return { running, batch };
  });
  tf.tidy(() => {
    const averages = updates.map(({ running }): tf.Tensor => running);
    const values = updates.map(({ batch }) => batch);
    const moved = movingAverage(averages, values, momentum);
    updates.forEach(({ running }, i) => {
      running.assign(moved[i] as tf.Tensor);
    });
  });
}

function assertRunning(
  name: string,
  running: tf.Tensor | undefined,
  batch: tf.Tensor,
): asserts running is tf.Variable {
  if (!(running instanceof tf.Variable)) {
    throw new ValueError("updateRunningStatistics", {
      expected: `parameters to hold a variable ${name}`,
      actual: running === undefined ? "none" : "a tensor, which cannot be changed",
    });
  }
  if (!tf.util.arraysEqual(running.shape, batch.shape)) {
    throw new ShapeError("updateRunningStatistics", {
      expected: `a statistic ${name} of shape [${running.shape.join(", ")}]`,
      actual: `[${batch.shape.join(", ")}]`,
    });
  }
}
