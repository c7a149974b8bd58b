import { ShapeError, show, ValueError } from "@apr-kit/contracts";

/** What is attacked: images in ordinary memory with their labels. */
export interface AttackBatch {
  /** Row-major [batch, height, width, channel], values in [0, 1]. */
  readonly images: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, channel: number];
  /** True class of each image. */
  readonly labels: ArrayLike<number>;
  /** Index of each image in its data set, which names its random draws; default 0, 1, 2, … */
  readonly samples?: ArrayLike<number>;
}

/** A checked {@link AttackBatch}; `size` is the number of values of one image. */
export interface AttackRows extends AttackBatch {
  readonly labels: Int32Array;
  readonly samples: Int32Array;
  readonly size: number;
}

/**
 * Checks a batch once, at the public boundary.
 *
 * @throws {ShapeError} if lengths do not fit the shape
 * @throws {ValueError} if an image is outside [0, 1], or a label or sample is not an index
 */
export function openBatch(where: string, batch: AttackBatch): AttackRows {
  const { images, shape, labels, samples } = batch;
  const [count, height, width, channel] = shape;
  const size = height * width * channel;
  if (shape.length !== 4 || images.length !== count * size || size === 0) {
    throw new ShapeError(where, {
      expected: `images of ${count * size} values for shape [${shape.join(", ")}]`,
      actual: `${images.length} values`,
    });
  }
  for (const value of images) {
    if (value >= 0 && value <= 1) continue;
    throw new ValueError(where, { expected: "images in [0, 1]", actual: show(value) });
  }
  return {
    images,
    shape,
    size,
    labels: indices(where, "labels", labels, count),
    samples: indices(where, "samples", samples ?? [...Array(count).keys()], count),
  };
}

/** Copies some rows into a batch of their own. */
export function takeRows(rows: AttackRows, chosen: readonly number[]): AttackRows {
  const [, height, width, channel] = rows.shape;
  return {
    images: gatherRows(rows.images, chosen, rows.size),
    shape: [chosen.length, height, width, channel],
    size: rows.size,
    labels: Int32Array.from(chosen, (row) => rows.labels[row] as number),
    samples: Int32Array.from(chosen, (row) => rows.samples[row] as number),
  };
}

/** Copies rows of `size` values one after another. */
export function gatherRows(
  values: Float32Array,
  chosen: readonly number[],
  size: number,
): Float32Array {
  const gathered = new Float32Array(chosen.length * size);
  chosen.forEach((row, k) => {
    gathered.set(rowOf(values, row, size), k * size);
  });
  return gathered;
}

/** A view of one row of `size` values. */
export function rowOf(values: Float32Array, row: number, size: number): Float32Array {
  return values.subarray(row * size, (row + 1) * size);
}

function indices(where: string, name: string, values: ArrayLike<number>, count: number) {
  if (values.length !== count) {
    throw new ShapeError(where, {
      expected: `${count} ${name}, one an image`,
      actual: `${values.length}`,
    });
  }
  for (let row = 0; row < count; row++) {
    if (Number.isInteger(values[row]) && (values[row] as number) >= 0) continue;
    throw new ValueError(where, {
      expected: `${name} of integers ≥ 0`,
      actual: show(values[row]),
    });
  }
  return Int32Array.from(values);
}
