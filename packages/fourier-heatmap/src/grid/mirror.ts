/** A spatial frequency: integers, in cycles per image height and per image width. */
export interface Frequency {
  readonly row: number;
  readonly column: number;
}

/** Height and width of images, in pixels. */
export interface Sides {
  readonly height: number;
  readonly width: number;
}

/**
 * Names the one of a frequency and its mirror that comes first in a shifted spectrum, row by row.
 *
 *     cos(2π(r·y/height + c·x/width)) is the same wave at (r, c) and at (-r, -c)
 *
 * Convention: frequencies are taken into -⌊n/2⌋ … ⌈n/2⌉ - 1, so that of even sides the highest frequency
 * is its own mirror along that axis.
 * @example
 * firstOfPair({ row: 3, column: 2 }, { height: 32, width: 32 }); // { row: -3, column: -2 }
 */
export function firstOfPair({ row, column }: Frequency, { height, width }: Sides): Frequency {
  const own = { row: wrap(row, height), column: wrap(column, width) };
  const mirror = { row: wrap(-row, height), column: wrap(-column, width) };
  const comesFirst =
    own.row < mirror.row || (own.row === mirror.row && own.column <= mirror.column);
  return comesFirst ? own : mirror;
}

/** Whether a frequency is its own mirror: the mean, and the highest frequencies of even sides. */
export function isOwnMirror({ row, column }: Frequency, { height, width }: Sides): boolean {
  return (2 * row) % height === 0 && (2 * column) % width === 0;
}

function wrap(frequency: number, side: number): number {
  const index = ((frequency % side) + side) % side; // 0 … side - 1
  return index < side / 2 ? index : index - side;
}
