import type { Norm } from "./projectOntoBall.ts";

/**
 * Returns the smallest change that brings a point of the unit box onto a hyperplane without leaving the box.
 *
 *     minimise ‖d‖   subject to   w · (point + d) = w · point - excess,   0 ≤ point + d ≤ 1
 *
 * The solution is d_i = -sign(w_i) · min(λ u_i, room_i) with u_i = 1 (Linf) or |w_i| (L2) after turning
 * w so that excess ≥ 0. Σ |w_i| min(λ u_i, room_i) is concave in λ, so Newton's method from λ = 0 rises
 * to the root and ends after finitely many passes: exact, without sorting.
 *
 * @param point  [size], in [0, 1]
 * @param normal w, [size]
 * @param excess w · point - b, signed
 * @returns d, [size]; all the room there is where the box does not reach the hyperplane
 */
export function projectOntoHyperplane(
  point: Float32Array,
  normal: Float32Array,
  { excess, norm }: { readonly excess: number; readonly norm: Norm },
): Float64Array {
  const turn = excess < 0 ? -1 : 1;
  const room = new Float64Array(point.length);
  let reach = 0;
  for (let i = 0; i < point.length; i++) {
    const slope = turn * (normal[i] as number);
    const value = point[i] as number;
    room[i] = slope > 0 ? value : slope < 0 ? 1 - value : 0;
    reach += Math.abs(slope) * (room[i] as number);
  }
  const lambda =
    reach <= Math.abs(excess)
      ? Number.POSITIVE_INFINITY
      : multiplier(room, normal, { excess: Math.abs(excess), norm });
  return room.map((most, i) => {
    const slope = turn * (normal[i] as number);
    const rate = norm === "Linf" ? 1 : Math.abs(slope);
    return slope === 0 ? 0 : -Math.sign(slope) * Math.min(lambda * rate, most);
  });
}

/** λ with Σ |w_i| min(λ u_i, room_i) = excess. */
function multiplier(
  room: Float64Array,
  normal: Float32Array,
  { excess, norm }: { readonly excess: number; readonly norm: Norm },
): number {
  let lambda = 0;
  for (let pass = 0; pass <= room.length; pass++) {
    let value = 0;
    let slope = 0;
    for (let i = 0; i < room.length; i++) {
      const weight = Math.abs(normal[i] as number);
      const rate = norm === "Linf" ? 1 : weight;
      const most = room[i] as number;
      if (lambda * rate < most) {
        value += weight * lambda * rate;
        slope += weight * rate;
      } else value += weight * most;
    }
    const next = lambda + (excess - value) / slope;
    if (!(next > lambda)) break; // reached, up to rounding
    lambda = next;
  }
  return lambda;
}
