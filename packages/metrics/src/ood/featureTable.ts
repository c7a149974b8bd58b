import { ShapeError, show, ValueError } from "@apr-kit/contracts";

/** One row of numbers per image, for example the input of a network's last layer. */
export interface FeatureTable {
  /** [batch, width], row-major. */
  readonly data: ArrayLike<number>;
  readonly width: number;
}

/** Throws unless the table holds whole rows of finite numbers; returns how many rows. */
export function assertFeatures(where: string, { data, width }: FeatureTable): number {
  if (!(Number.isInteger(width) && width >= 1)) {
    throw new ValueError(where, { expected: "width to be an integer ≥ 1", actual: show(width) });
  }
  if (data.length === 0 || data.length % width !== 0) {
    throw new ShapeError(where, {
      expected: `features of at least one row of ${width} values`,
      actual: `${data.length} values`,
    });
  }
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new ValueError(where, {
      expected: `features[${Math.floor(i / width)}, ${i % width}] to be finite`,
      actual: show(data[i]),
    });
  }
  return data.length / width;
}
