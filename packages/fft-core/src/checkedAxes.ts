import { show, ValueError } from "@apr-kit/contracts";

const RANK = 4;

/** `axes` counted from the front; throws unless they are different axes of [batch, height, width, channel]. */
export function checkedAxes(where: string, axes: readonly number[]): number[] {
  const isKnown = (axis: number) => Number.isInteger(axis) && axis >= -RANK && axis < RANK;
  const fromFront = Array.isArray(axes) ? axes.map((axis) => (axis < 0 ? axis + RANK : axis)) : [];
  if (fromFront.length > 0 && axes.every(isKnown) && new Set(fromFront).size === fromFront.length) {
    return fromFront;
  }
  throw new ValueError(where, {
    expected: `axes to be one or more different integers in [-${RANK}, ${RANK})`,
    actual: Array.isArray(axes) ? `[${axes.map(show).join(", ")}]` : show(axes),
  });
}
