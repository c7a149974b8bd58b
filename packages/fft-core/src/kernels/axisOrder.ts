/** Permutations that bring axes to the end and back; undefined where nothing moves. */
export interface AxisOrder {
  readonly toLast: number[] | undefined;
  readonly back: number[] | undefined;
}

/** Orders the axes of a tensor of `rank` so that `axes`, increasing, come last. */
export function axesLast(rank: number, axes: readonly number[]): AxisOrder {
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const toLast = [...all.filter((axis) => !axes.includes(axis)), ...axes];
  if (toLast.every((axis, position) => axis === position)) {
    return { toLast: undefined, back: undefined };
  }
  return { toLast, back: all.map((axis) => toLast.indexOf(axis)) };
}
