import { createPlanes, type Planes } from "./planes.ts";

/**
 * Lists exp(-2πi·k/n) for k = 0..count-1.
 *
 * Convention: angles are folded into the first quarter turn, so symmetric roots agree bit for bit, and a
 * part that is 0, ±1/2 or ±1 is so exactly. Grey pixels therefore have no chroma, not even rounding noise.
 */
export function rootsOfUnity(n: number, count = n): Planes {
  const roots = createPlanes(count);
  for (let k = 0; k < count; k++) {
    const quarter = Math.floor((4 * k) / n);
    const rest = 4 * k - quarter * n; // of n, in a quarter turn
    const angleRadians = (Math.PI / 2) * (rest / n);
    const cosine = 3 * rest === 2 * n ? 0.5 : Math.cos(angleRadians);
    const sine = 3 * rest === n ? 0.5 : Math.sin(angleRadians);
    const [re, im] = [
      [cosine, -sine],
      [-sine, -cosine],
      [-cosine, sine],
      [sine, cosine],
    ][quarter % 4] as [number, number];
    roots.re[k] = re;
    roots.im[k] = im;
  }
  return roots;
}
