const STRAIGHT = 65536; // 1 in 16-bit fixed point
const DIAGONAL = 91750; // 1.4
const KNIGHT = 143976; // 2.1969
const FAR = 2 ** 30;
const FRAME = 2;

/**
 * Distance of every pixel to the nearest marked one, by the 5×5 chamfer of OpenCV (DIST_L2).
 *
 * @param marks [side, side], non-zero where the distance is 0
 * @returns [side, side], pixels, multiples of 2^-16; 2^14 where nothing is marked
 *
 * @see Borgefors, Distance transformations in digital images, CVGIP 1986
 */
export function chamferDistance(marks: Uint8Array, side: number): Float64Array {
  const stride = side + 2 * FRAME;
  const fixed = new Int32Array(stride * stride).fill(FAR);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = (y + FRAME) * stride + x + FRAME;
      fixed[at] = marks[y * side + x] === 0 ? nearestBefore(fixed, at, stride, 1, FAR) : 0;
    }
  }
  const distance = new Float64Array(side * side);
  for (let y = side - 1; y >= 0; y--) {
    for (let x = side - 1; x >= 0; x--) {
      const at = (y + FRAME) * stride + x + FRAME;
      fixed[at] = nearestBefore(fixed, at, stride, -1, fixed[at]!);
      distance[y * side + x] = fixed[at]! / STRAIGHT;
    }
  }
  return distance;
}

/** The least of `best` and what the eight pixels passed before offer; `sign` -1 turns the mask round. */
function nearestBefore(
  fixed: Int32Array,
  at: number,
  stride: number,
  sign: 1 | -1,
  best: number,
): number {
  const row = sign * stride;
  const knight = Math.min(
    fixed[at - 2 * row - sign]!,
    fixed[at - 2 * row + sign]!,
    fixed[at - row - 2 * sign]!,
    fixed[at - row + 2 * sign]!,
  );
  const diagonal = Math.min(fixed[at - row - sign]!, fixed[at - row + sign]!);
  const straight = Math.min(fixed[at - row]!, fixed[at - sign]!);
  return Math.min(best, knight + KNIGHT, diagonal + DIAGONAL, straight + STRAIGHT);
}
