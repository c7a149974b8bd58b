import { show, ValueError } from "@apr-kit/contracts";
import type { OpDraw } from "./opDraw.ts";

/** Throws a ValueError unless `draw` is an operation with a magnitude it can have. */
export function assertOpDraw(where: string, draw: OpDraw): void {
  const [requirement, isValid] = check(draw);
  if (!isValid) throw new ValueError(where, { expected: requirement, actual: show(draw) });
}

function check(draw: OpDraw): readonly [requirement: string, isValid: boolean] {
  switch (draw.op) {
    case "autocontrast":
    case "equalize":
      return ["", true];
    case "posterize":
      return ["bits to be an integer in [0, 8]", isInteger(draw.bits, 0, 8)];
    case "solarize":
      return ["threshold in [0, 256]", draw.threshold >= 0 && draw.threshold <= 256];
    case "rotate":
      return ["degrees to be finite", Number.isFinite(draw.degrees)];
    case "translateX":
    case "translateY":
      return ["pixels to be finite", Number.isFinite(draw.pixels)];
    case "shearX":
    case "shearY":
    case "color":
    case "contrast":
    case "brightness":
    case "sharpness":
      return ["factor to be finite", Number.isFinite(draw.factor)];
    default:
      return ["draw.op to be a known operation", false];
  }
}

function isInteger(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}
