/** One decoded photograph of frost: RGB bytes, row-major [height, width, 3]. */
export interface FrostPhotograph {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** The five photographs that the reference draws from, in its order: frost1 to frost5. */
export type FrostPhotographs = readonly [
  FrostPhotograph,
  FrostPhotograph,
  FrostPhotograph,
  FrostPhotograph,
  FrostPhotograph,
];

/**
 * What the frost corruption overlays: photographs (the benchmark's way), or `"procedural"`, a computed
 * texture that is NOT the benchmark's frost and must be reported as such.
 */
export type FrostSource = FrostPhotographs | "procedural";
