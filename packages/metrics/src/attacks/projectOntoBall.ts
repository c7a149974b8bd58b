/** How the size of a perturbation is measured: largest change of a value, or Euclidean length. */
export type Norm = "Linf" | "L2";

/** The set of allowed perturbations. */
export interface Ball {
  readonly norm: Norm;
  /** Radius on the [0, 1] pixel scale, > 0. */
  readonly epsilon: number;
}

/**
 * Moves a point into the ball around an image, then into [0, 1], in place.
 *
 *     Linf: clip(clamp(point, image - ε, image + ε))
 *     L2:   clip(image + (point - image) · min(1, ε / ‖point - image‖))
 *
 * Convention: for L2 the clip follows the rescaling, which is inside both sets but not the nearest such
 * point, as in the reference.
 */
export function projectOntoBall(point: Float32Array, image: Float32Array, ball: Ball): void {
  const { norm, epsilon } = ball;
  if (norm === "Linf") {
    for (let p = 0; p < point.length; p++) {
      const centre = image[p] as number;
      const low = Math.max(0, centre - epsilon);
      const high = Math.min(1, centre + epsilon);
      point[p] = Math.min(high, Math.max(low, point[p] as number));
    }
    return;
  }
  const length = perturbationNorm(point, image, norm);
  const scale = length > epsilon ? epsilon / length : 1;
  for (let p = 0; p < point.length; p++) {
    const centre = image[p] as number;
    point[p] = Math.min(1, Math.max(0, centre + scale * ((point[p] as number) - centre)));
  }
}

/** ‖point - image‖ in float64. */
export function perturbationNorm(point: Float32Array, image: Float32Array, norm: Norm): number {
  let largest = 0;
  let squares = 0;
  for (let p = 0; p < point.length; p++) {
    const change = Math.abs((point[p] as number) - (image[p] as number));
    if (change > largest) largest = change;
    squares += change * change;
  }
  return norm === "Linf" ? largest : Math.sqrt(squares);
}
