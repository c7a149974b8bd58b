/** Iterations after which the share p of changed pixels halves once more. */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/**
 * Returns the side of the window that Square changes in one iteration.
 *
 *     max(round(√(p · height · width)), 1), capped at the shorter side;   p = .8 / 2^{halvings before}
 *
 * Convention: rounding is half to even; for L2 the side is at least 3 and made odd by adding 1.
 *
 * @param options.iteration from 0; p halves after iterations 10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000
 */
export function squareSide({
  iteration,
  height,
  width,
  norm,
}: {
  readonly iteration: number;
  readonly height: number;
  readonly width: number;
  readonly norm: "Linf" | "L2";
}): number {
  const p = 0.8 / 2 ** HALVINGS.filter((after) => iteration > after).length;
  const shorter = Math.min(height, width);
  const rounded = roundHalfToEven(Math.sqrt(p * height * width));
  if (norm === "Linf") return Math.min(Math.max(rounded, 1), shorter);
  const side = Math.max(rounded, 3);
  const odd = side % 2 === 0 ? side + 1 : side;
  return odd <= shorter ? odd : shorter - 1 + (shorter % 2);
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
