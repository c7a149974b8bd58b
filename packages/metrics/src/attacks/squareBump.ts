/**
 * Returns Square's L2 perturbation of one channel of a window: a positive bump beside a negative one.
 *
 *     upper half: ⌊side/2⌋ rows, bump;   lower half: the rest, -bump;   together of length 1
 *
 * A bump of height × width is a sum of concentric rectangles, the (k+1)-th of side 2k+1 and weight 1/(k+1)².
 *
 * @param isTurned swaps rows and columns
 * @returns row-major [side, side]
 *
 * @see Andriushchenko et al., Square Attack, ECCV 2020, §3.3 and supplement.
 */
export function squareBump(
  side: number,
  { isTurned }: { readonly isTurned: boolean },
): Float64Array {
  const upper = Math.floor(side / 2);
  const bump = new Float64Array(side * side);
  bump.set(rectangles(upper, side));
  bump.set(
    rectangles(side - upper, side).map((value) => -value),
    upper * side,
  );
  normalise(bump);
  if (!isTurned) return bump;
  return bump.map((_, at) => bump[(at % side) * side + Math.floor(at / side)] as number);
}

function rectangles(height: number, width: number): Float64Array {
  const sum = new Float64Array(height * width);
  const middleRow = Math.floor(height / 2);
  const middleColumn = Math.floor(width / 2);
  for (let k = 0; k <= Math.max(middleRow, middleColumn); k++) {
    for (let row = Math.max(middleRow - k, 0); row < Math.min(middleRow + k + 1, height); row++) {
      const last = Math.min(middleColumn + k + 1, width);
      for (let column = Math.max(middleColumn - k, 0); column < last; column++) {
        const at = row * width + column;
        sum[at] = (sum[at] as number) + 1 / (k + 1) ** 2;
      }
    }
  }
  normalise(sum);
  return sum;
}

function normalise(values: Float64Array): void {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  if (length === 0) return;
  values.forEach((value, at) => {
    values[at] = value / length;
  });
}
