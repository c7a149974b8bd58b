import { show, ValueError } from "@apr-kit/contracts";
import {
  interpolateInferno,
  interpolateRdBu,
  interpolateTurbo,
  interpolateViridis,
} from "d3-scale-chromatic";

/** Red, green and blue, whole numbers in [0, 255]. */
export type Rgb = readonly [red: number, green: number, blue: number];

const scales = {
  viridis: interpolateViridis,
  inferno: interpolateInferno,
  /** Close to the jet of the paper's figures, without its false edges. */
  turbo: interpolateTurbo,
  /** For differences: blue below, white at 0, red above. */
  blueRed: (position: number) => interpolateRdBu(1 - position),
} as const;

export type ColorScale = keyof typeof scales;

/**
 * Makes a function from values to colours.
 *
 * @param range values at both ends of the scale; values beyond them get the colour of the end
 * @throws {ValueError} if the scale is unknown or the range is not ascending
 */
export function colorsOf(
  where: string,
  scale: ColorScale,
  [lowest, highest]: readonly [number, number],
): (value: number) => Rgb {
  if (!Object.hasOwn(scales, scale)) {
    throw new ValueError(where, {
      expected: `colors to be one of ${Object.keys(scales).join(", ")}`,
      actual: show(scale),
    });
  }
  if (!(lowest < highest)) {
    throw new ValueError(where, {
      expected: "range to be [lowest, highest] with lowest < highest",
      actual: show([lowest, highest]),
    });
  }
  const interpolate = scales[scale];
  return (value) => {
    const position = Math.min(1, Math.max(0, (value - lowest) / (highest - lowest)));
    return parse(interpolate(position));
  };
}

/** Reads "#rrggbb" and "rgb(r, g, b)", the two forms that the scales return. */
function parse(text: string): Rgb {
  const parts = text.startsWith("#")
    ? (text.slice(1).match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16))
    : (text.match(/\d+/g) ?? []).map(Number);
  return [parts[0]!, parts[1]!, parts[2]!];
}
