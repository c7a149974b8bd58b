/** One RGB image of `side` × `side` pixels: bytes, row-major [height, width, channel]. */
export interface SquareImage {
  readonly data: Uint8Array;
  readonly side: number;
}
