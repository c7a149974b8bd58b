import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import type * as tf from "@tensorflow/tfjs-core";

/** Throws unless `x` is float32 of the given axes. */
export function assertAxes(
  where: string,
  name: string,
  x: tf.Tensor,
  axes: readonly string[],
): void {
  if (x.rank !== axes.length) {
    throw new ShapeError(where, {
      expected: `${name} of shape [${axes.join(", ")}]`,
      actual: showShape(x),
    });
  }
  if (x.dtype !== "float32") {
    throw new ValueError(where, { expected: `${name} of dtype float32`, actual: x.dtype });
  }
}

/** Throws unless `x` is a float32 vector with one value per channel. */
export function assertPerChannel(where: string, name: string, x: tf.Tensor, channel: number): void {
  assertAxes(where, name, x, ["channel"]);
  if (x.shape[0] !== channel) {
    throw new ShapeError(where, {
      expected: `${name} of shape [${channel}], one value per channel`,
      actual: showShape(x),
    });
  }
}

/** Throws unless `value` is a whole number of at least `minimum`. */
export function assertWhole(where: string, name: string, value: number, minimum: number): void {
  if (!(Number.isInteger(value) && value >= minimum)) {
    throw new ValueError(where, {
      expected: `${name} a whole number ≥ ${minimum}`,
      actual: show(value),
    });
  }
}

/** Throws unless the window fits the padded image at least once. */
export function assertWindowFits(
  where: string,
  x: tf.Tensor,
  window: readonly [height: number, width: number],
  padding: number,
): void {
  const [, height, width] = x.shape as [number, number, number, number];
  if (!(height + 2 * padding >= window[0] && width + 2 * padding >= window[1])) {
    throw new ShapeError(where, {
      expected: `images of at least [${window.join(", ")}] pixels after padding by ${padding}`,
      actual: showShape(x),
    });
  }
}

/** Renders a shape for an error message. */
export function showShape(x: tf.TensorInfo): string {
  return `[${x.shape.join(", ")}]`;
}
