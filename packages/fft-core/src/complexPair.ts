import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";

/**
 * A complex tensor as its two parts, each [batch, height, width, channel] of float32.
 *
 * Two real tensors rather than one complex64: gradients of TensorFlow.js must be real, and the wasm
 * backend has no complex numbers. (A type, not an interface, so that `tf.tidy` can return it.)
 */
export type ComplexPair = {
  readonly re: Tensor4D;
  readonly im: Tensor4D;
};

/** Images, or a spectrum or complex image: what a transform that keeps the shape takes. */
export type RealOrComplex = Tensor4D | ComplexPair;

export function isComplexPair(value: RealOrComplex): value is ComplexPair {
  return "re" in value;
}

/** Throws unless `pair` is two float32 tensors of one shape [batch, height, width, channel]. */
export function assertSpectrum(where: string, name: string, pair: ComplexPair): void {
  const parts = [pair?.re, pair?.im];
  if (parts.some((part) => part?.shape === undefined)) {
    throw new TypeError(`${where}: expected ${name} to be { re, im }, got ${show(typeof pair)}`);
  }
  const { re, im } = pair;
  if (re.shape.length !== 4 || !hasSameShape(re, im)) {
    throw new ShapeError(where, {
      expected: `${name}.re and ${name}.im of one shape [batch, height, width, channel]`,
      actual: `[${re.shape.join(", ")}] and [${im.shape.join(", ")}]`,
    });
  }
  if (re.dtype !== "float32" || im.dtype !== "float32") {
    throw new ValueError(where, {
      expected: `${name} of dtype float32`,
      actual: `${re.dtype} and ${im.dtype}`,
    });
  }
  assertSides(where, name, re);
}

/** Throws if the batch, which is transformed, is empty. */
export function assertBatch(where: string, axes: readonly number[], tensor: Tensor): void {
  if (axes.includes(0) && tensor.shape[0] === 0) {
    throw new ShapeError(where, {
      expected: "a batch ≥ 1 to transform along it",
      actual: `[${tensor.shape.join(", ")}]`,
    });
  }
}

/** Throws unless height, width and channel are at least 1; an empty batch is allowed. */
export function assertSides(where: string, name: string, tensor: Tensor): void {
  if (tensor.shape.slice(1).some((side) => side < 1)) {
    throw new ShapeError(where, {
      expected: `${name} with height, width and channel ≥ 1`,
      actual: `[${tensor.shape.join(", ")}]`,
    });
  }
}

/** Throws unless `a` and `b` have one shape. */
export function assertSameShape(
  where: string,
  [nameA, a]: readonly [string, Tensor],
  [nameB, b]: readonly [string, Tensor],
): void {
  if (hasSameShape(a, b)) return;
  throw new ShapeError(where, {
    expected: `${nameA} and ${nameB} of one shape`,
    actual: `[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`,
  });
}

function hasSameShape(a: Tensor, b: Tensor): boolean {
  return a.shape.length === b.shape.length && a.shape.every((side, axis) => side === b.shape[axis]);
}
