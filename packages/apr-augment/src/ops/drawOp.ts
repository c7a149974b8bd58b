import { type Rng, ShapeError, show, ValueError } from "@apr-kit/contracts";
import { type ImageSize, OP_NAMES, type OpDraw, type OpName } from "./opDraw.ts";

const LOWEST_LEVEL = 0.1;
const HIGHEST_LEVEL = 10;

/**
 * Draws one operation and its magnitude, as AugMix does.
 *
 *     strength = 0.1 + (level - 0.1) · u,   u uniform on [0, 1)
 *
 * @param rng   stream to draw from
 * @param level upper end of the strength, in [0.1, 10]; 3 in APR
 * @param size  translations scale with the side along which they move
 * @param ops   operations to choose from, with equal chances; the nine of APR by default
 *
 * Convention: magnitudes that are counts (bits, degrees, thresholds, pixels) are truncated toward
 * zero. At level 3: posterize to 3 bits (17.2 %) or 4; rotate by up to 8°; solarize from 180..254;
 * shear by less than 0.09; translate by up to 9.97 % of the side.
 * Randomness: the operation, then the strength, then the sign, each only where it is needed;
 * 1 to 5 words.
 *
 * @throws {ValueError} if level is outside its range or ops is empty
 *
 * @see Hendrycks et al., AugMix, ICLR 2020, and the code of both papers. Differs from APR's code in:
 *      sides of non-square images are told apart; random stream.
 */
export function drawOp(
  rng: Rng,
  level: number,
  size: ImageSize,
  ops: readonly OpName[] = OP_NAMES,
): OpDraw {
  if (!(level >= LOWEST_LEVEL && level <= HIGHEST_LEVEL)) {
    throw new ValueError("drawOp", {
      expected: `level in [${LOWEST_LEVEL}, ${HIGHEST_LEVEL}]`,
      actual: show(level),
    });
  }
  if (ops.length === 0) {
    throw new ShapeError("drawOp", { expected: "ops to name an operation", actual: "[]" });
  }
  const op = ops[rng.integer(ops.length)] as OpName;

  /** A strength scaled so that level 10 would reach `maximum`. */
  const magnitude = (maximum: number) => {
    const strength = LOWEST_LEVEL + (level - LOWEST_LEVEL) * rng.uniform();
    return (strength * maximum) / HIGHEST_LEVEL;
  };
  const count = (maximum: number) => Math.trunc(magnitude(maximum));
  const signed = (value: number) => (rng.uniform() > 0.5 && value !== 0 ? -value : value);

  switch (op) {
    case "autocontrast":
    case "equalize":
      return { op };
    case "posterize":
      return { op, bits: 4 - count(4) };
    case "solarize":
      return { op, threshold: 256 - count(256) };
    case "rotate":
      return { op, degrees: signed(count(30)) };
    case "shearX":
    case "shearY":
      return { op, factor: signed(magnitude(0.3)) };
    case "translateX":
      return { op, pixels: signed(count(size.width / 3)) };
    case "translateY":
      return { op, pixels: signed(count(size.height / 3)) };
    case "color":
    case "contrast":
    case "brightness":
    case "sharpness":
      return { op, factor: magnitude(1.8) + 0.1 };
    default:
      throw unknownOp("drawOp", op);
  }
}

/** The error for an operation that does not exist, where plain data came from outside the type system. */
export function unknownOp(where: string, op: never): ValueError {
  return new ValueError(where, { expected: "a known operation", actual: show(op) });
}
