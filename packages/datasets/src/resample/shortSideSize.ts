import { show, ValueError } from "@apr-kit/contracts";

/**
 * Returns the size of an image whose shorter side becomes `side`, as torchvision's `Resize(side)` computes it.
 *
 *     longer = ⌊side · longer / shorter⌋
 *
 * @throws {ValueError} if `side` is not an integer ≥ 1
 * @example
 * shortSideSize([375, 500], 256); // [256, 341]
 */
export function shortSideSize(
  [height, width]: readonly [height: number, width: number, ...rest: number[]],
  side: number,
): readonly [height: number, width: number] {
  if (!(Number.isInteger(side) && side >= 1)) {
    throw new ValueError("shortSideSize", {
      expected: "side to be an integer ≥ 1",
      actual: show(side),
    });
  }
  if (width <= height) return [Math.trunc((side * height) / width), side];
  return [side, Math.trunc((side * width) / height)];
}
