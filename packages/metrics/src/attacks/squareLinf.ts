import { createRng, type Rng } from "@apr-kit/contracts";
import type { SquareMoves } from "./square.ts";
import { squareSide } from "./squareSide.ts";
import { drawSign, drawWindow, eachInWindow, type ImageSize } from "./squareWindow.ts";

/**
 * Square's moves in the Linf ball: vertical stripes of ±ε to begin with, then windows of ±2ε, clamped.
 *
 * Randomness: stripes (one sign per column and channel) from (seed, "square.start", sample); window and signs
 * of an iteration are shared by all images.
 */
export function squareLinf(image: ImageSize, epsilon: number, seed: number): SquareMoves {
  const { height, width, channel } = image;
  return {
    start(point, clean, sample) {
      const rng = createRng({ seed, purpose: "square.start", sample });
      const stripes = Float64Array.from({ length: width * channel }, () => epsilon * drawSign(rng));
      clean.forEach((value, at) => {
        point[at] = clip(value + (stripes[at % stripes.length] as number));
      });
    },
    plan(iteration: number, shared: Rng) {
      const side = squareSide({ iteration, height, width, norm: "Linf" });
      const window = drawWindow(shared, image, side);
      const changes = Array.from({ length: channel }, () => 2 * epsilon * drawSign(shared));
      return (point, clean) => {
        changes.forEach((change, c) => {
          eachInWindow(image, { window, c }, (at) => {
            const centre = clean[at] as number;
            const moved = (point[at] as number) + change;
            point[at] = clip(Math.min(centre + epsilon, Math.max(centre - epsilon, moved)));
          });
        });
      };
    },
  };
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
