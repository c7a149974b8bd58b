import fc from "fast-check";

type ImageShape = [batch: number, height: number, width: number, channel: number];

/** Images in ordinary memory, row-major [batch, height, width, channel]. */
export interface HostImages<TData> {
  readonly shape: ImageShape;
  readonly data: TData;
}

/** Bounds of what is generated. Sides are drawn apart, so that most images are not square. */
export interface ImageBounds {
  /** Largest height and width, default 8. */
  readonly maxSide?: number;
  /** Smallest height and width, default 1. */
  readonly minSide?: number;
  /** Largest batch, default 3. */
  readonly maxBatch?: number;
  /** The numbers of channels to choose from, default 1 and 3. */
  readonly channels?: readonly number[];
}

/**
 * Arbitrary images with float32 values in [0, 1], the extremes included.
 *
 * Values are multiples of 1/256, so sums over an image are exact and a counterexample shrinks to
 * something one can read.
 */
export function unitImages(bounds: ImageBounds = {}): fc.Arbitrary<HostImages<Float32Array>> {
  const value = fc.integer({ min: 0, max: 256 }).map((level) => level / 256);
  return hostImages(bounds, value, (values) => Float32Array.from(values));
}

/** Arbitrary images of bytes. */
export function pixelImages(bounds: ImageBounds = {}): fc.Arbitrary<HostImages<Uint8Array>> {
  return hostImages(bounds, fc.integer({ min: 0, max: 255 }), (values) => Uint8Array.from(values));
}

function hostImages<TData>(
  { maxSide = 8, minSide = 1, maxBatch = 3, channels = [1, 3] }: ImageBounds,
  value: fc.Arbitrary<number>,
  pack: (values: number[]) => TData,
): fc.Arbitrary<HostImages<TData>> {
  const side = fc.integer({ min: minSide, max: maxSide });
  const batch = fc.integer({ min: 1, max: maxBatch });
  return fc.tuple(batch, side, side, fc.constantFrom(...channels)).chain((shape) => {
    const size = shape[0] * shape[1] * shape[2] * shape[3];
    const values = fc.array(value, { minLength: size, maxLength: size });
    return values.map((drawn) => ({ shape, data: pack(drawn) }));
  });
}
