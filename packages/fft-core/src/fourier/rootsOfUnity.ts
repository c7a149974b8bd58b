import { createPlanes, type Planes } from "./planes.ts";

/**
 * Lists exp(-2πi·k/n) for k = 0..count-1.
 *
 * Convention: angles are folded into the first quarter turn, so 1, -i, -1 and i come out exact and
 * symmetric roots agree bit for bit.
 */
export function rootsOfUnity(n: number, count = n): Planes {
  const roots = createPlanes(count);
  for (let k = 0; k < count; k++) {
    const quarter = Math.floor((4 * k) / n);
    const angleRadians = (Math.PI / 2) * ((4 * k - quarter * n) / n); // [0, π/2)
    const cosine = Math.cos(angleRadians);
    const sine = Math.sin(angleRadians);
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
