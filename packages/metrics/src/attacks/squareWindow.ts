import { createRng, type Rng } from "@apr-kit/contracts";

/** Size of one image. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channel: number;
}

/** A square part of an image. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly side: number;
}

/** The draws that all images of a data set share in one iteration of Square. */
export function sharedDraws(seed: number, iteration: number): Rng {
  return createRng({ seed, purpose: "square.window", sample: iteration });
}

/** ⌊u · (height - side)⌋, the width likewise: the last place is never taken, as in the reference. */
export function drawWindow(rng: Rng, { height, width }: ImageSize, side: number): Window {
  const top = Math.floor(rng.uniform() * (height - side));
  const left = Math.floor(rng.uniform() * (width - side));
  return { top, left, side };
}

/** -1 or 1. */
export function drawSign(rng: Rng): number {
  return rng.uniform() < 0.5 ? -1 : 1;
}

/** Calls `visit` with the place of each value of one channel of a window, row by row. */
export function eachInWindow(
  { width, channel }: ImageSize,
  { window, c }: { readonly window: Window; readonly c: number },
  visit: (at: number, k: number) => void,
): void {
  const { top, left, side } = window;
  for (let k = 0; k < side * side; k++) {
    const row = top + Math.floor(k / side);
    visit((row * width + left + (k % side)) * channel + c, k);
  }
}
