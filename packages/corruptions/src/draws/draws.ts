/**
 * Where a corruption takes its random numbers from.
 *
 * Each method returns `count` numbers in the order in which they were drawn. A corruption's order of
 * calls is part of its contract: it is the reference code's order, so that recorded numbers replay.
 */
export interface Draws {
  /** Normal numbers of the given mean and standard deviation. */
  normal(count: number, mean: number, standardDeviation: number): Float64Array;
  /** Uniform numbers in [low, high). */
  uniform(count: number, low: number, high: number): Float64Array;
  /** One Poisson number for each rate ≥ 0. */
  poisson(rates: Float64Array): Float64Array;
  /** Uniform integers in [low, high). */
  integers(count: number, low: number, high: number): Int32Array;
}
