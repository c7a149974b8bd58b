import { ShapeError } from "@apr-kit/contracts";

/** Values with their shape, row-major. */
export interface ShapedValues {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Turns a parameter from our layout into PyTorch's.
 *
 *     convolution  [height, width, in / groups, out] → [out, in / groups, height, width]
 *     linear       [in, out] → [out, in]
 *     vectors      unchanged (a copy)
 *
 * @throws {ShapeError} if the rank is none of 1, 2 and 4, or `values` has another length than `shape`
 */
export function toPyTorch(parameter: ShapedValues): ShapedValues {
  return permute("toPyTorch", parameter, { 1: [0], 2: [1, 0], 4: [3, 2, 0, 1] });
}

/** Turns a parameter from PyTorch's layout into ours: the inverse of {@link toPyTorch}. */
export function fromPyTorch(parameter: ShapedValues): ShapedValues {
  return permute("fromPyTorch", parameter, { 1: [0], 2: [1, 0], 4: [2, 3, 1, 0] });
}

/** The shape that PyTorch gives to a parameter of ours. */
export function pyTorchShape(shape: readonly number[]): readonly number[] {
  const [a, b, c, d] = shape;
  if (shape.length === 4) return [d, c, a, b] as number[];
  return [...shape].reverse();
}

/** Moves axis order[i] to place i, as numpy.transpose does. */
function permute(
  where: string,
  { shape, values }: ShapedValues,
  orders: Readonly<Record<number, readonly number[]>>,
): ShapedValues {
  const order = orders[shape.length];
  const size = shape.reduce((product, side) => product * side, 1);
  if (order === undefined || values.length !== size) {
    throw new ShapeError(where, {
      expected: "a parameter of rank 1, 2 or 4 with a value for each element",
      actual: `shape [${shape.join(", ")}] and ${values.length} values`,
    });
  }
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const moved = { shape: pick(shape, order), strides: pick(strides, order) };
  const out = new Float32Array(size);
  let next = 0;

  function visit(axis: number, offset: number): void {
    const side = moved.shape[axis];
    if (side === undefined) {
      out[next++] = values[offset] as number;
      return;
    }
    const stride = moved.strides[axis] as number;
    for (let i = 0; i < side; i++) visit(axis + 1, offset + i * stride);
  }

  visit(0, 0);
  return { shape: moved.shape, values: out };
}

function pick(values: readonly number[], order: readonly number[]): number[] {
  return order.map((axis) => values[axis] as number);
}
