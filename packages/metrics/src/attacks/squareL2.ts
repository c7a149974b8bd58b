import { createRng, ShapeError } from "@apr-kit/contracts";
import type { SquareMoves } from "./square.ts";
import { squareBump } from "./squareBump.ts";
import { squareSide } from "./squareSide.ts";
import { drawSign, drawWindow, eachInWindow, type ImageSize, type Window } from "./squareWindow.ts";

const TINY = 1e-12;
const TILES = 5; // per side, in the first perturbation

/**
 * Square's moves in the L2 ball: a grid of 5 × 5 bumps to begin with; then the perturbation of one window is
 * given to another, where a new bump joins what is there; always rescaled to length ε.
 *
 * Randomness: windows and the turn of a bump are shared by all images; signs per channel come from
 * (seed, "square.start" or "square.sign", iteration, sample).
 *
 * @throws {ShapeError} if a side is under 5
 */
export function squareL2(image: ImageSize, epsilon: number, seed: number): SquareMoves {
  const { height, width, channel } = image;
  if (Math.min(height, width) < TILES) {
    throw new ShapeError("square", {
      expected: `images of at least ${TILES}×${TILES} for norm "L2"`,
      actual: `${height}×${width}`,
    });
  }
  return {
    start(point, clean, sample) {
      const shared = createRng({ seed, purpose: "square.tiles" });
      const rng = createRng({ seed, purpose: "square.start", sample });
      const delta = new Float64Array(clean.length);
      for (const window of tiles(image)) {
        const bump = squareBump(window.side, { isTurned: shared.uniform() > 0.5 });
        for (let c = 0; c < channel; c++) {
          const sign = drawSign(rng);
          eachInWindow(image, { window, c }, (at, k) => {
            delta[at] = (delta[at] as number) + sign * (bump[k] as number);
          });
        }
      }
      place(point, clean, rescaled(delta, epsilon));
    },
    plan(iteration, shared) {
      const side = squareSide({ iteration, height, width, norm: "L2" });
      const to = drawWindow(shared, image, side);
      const from = drawWindow(shared, image, side);
      const bump = squareBump(side, { isTurned: shared.uniform() > 0.5 });
      return (point, clean, sample) => {
        const rng = createRng({ seed, purpose: "square.sign", epoch: iteration, sample });
        const delta = Float64Array.from(point, (value, at) => value - (clean[at] as number));
        const parts = Array.from({ length: channel }, (_, c) =>
          directionOf(delta, { image, window: to, c, bump, sign: drawSign(rng) }),
        );
        const spare = Math.max(epsilon ** 2 - squares(delta), 0) / channel;
        const size = Math.sqrt(spare + squaresIn(delta, image, [to, from]));
        for (let c = 0; c < channel; c++) {
          eachInWindow(image, { window: from, c }, (at) => {
            delta[at] = 0;
          });
        }
        parts.forEach((part, c) => {
          eachInWindow(image, { window: to, c }, (at, k) => {
            delta[at] = size * (part[k] as number);
          });
        });
        place(point, clean, rescaled(delta, epsilon));
      };
    },
  };
}

/** The windows of the first perturbation. */
function tiles({ height, width }: ImageSize): Window[] {
  const side = Math.floor(height / TILES);
  const margin = Math.floor((height - side * TILES) / 2);
  const windows: Window[] = [];
  for (let row = 0; row < Math.floor(height / side); row++) {
    for (let column = 0; column < Math.floor(width / side); column++) {
      const [top, left] = [margin + row * side, margin + column * side];
      if (top + side <= height && left + side <= width) windows.push({ top, left, side });
    }
  }
  return windows;
}

/** The bump joined to the direction that the window's channel has, of length 1. */
function directionOf(
  delta: Float64Array,
  {
    image,
    window,
    c,
    bump,
    sign,
  }: {
    readonly image: ImageSize;
    readonly window: Window;
    readonly c: number;
    readonly bump: Float64Array;
    readonly sign: number;
  },
): Float64Array {
  const old = new Float64Array(bump.length);
  eachInWindow(image, { window, c }, (at, k) => {
    old[k] = delta[at] as number;
  });
  const scale = 1 / (TINY + Math.sqrt(squares(old)));
  return rescaled(
    old.map((value, k) => value * scale + sign * (bump[k] as number)),
    1,
  );
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** Σ delta² over the union of two windows, all channels. */
function squaresIn(delta: Float64Array, image: ImageSize, windows: readonly Window[]): number {
  const seen = new Set<number>();
  for (const window of windows) {
    for (let c = 0; c < image.channel; c++) {
      eachInWindow(image, { window, c }, (at) => seen.add(at));
    }
  }
  let sum = 0;
  for (const at of seen) sum += (delta[at] as number) ** 2;
  return sum;
}

function rescaled(delta: Float64Array, length: number): Float64Array {
  const scale = length / (TINY + Math.sqrt(squares(delta)));
  return delta.map((value) => value * scale);
}

function place(point: Float32Array, clean: Float32Array, delta: Float64Array): void {
  delta.forEach((change, at) => {
    point[at] = Math.min(1, Math.max(0, (clean[at] as number) + change));
  });
}
