/** The nine operations of APR-S: AugMix's set without those that overlap the corruption benchmarks. */
export const OP_NAMES = [
  "autocontrast",
  "equalize",
  "posterize",
  "rotate",
  "solarize",
  "shearX",
  "shearY",
  "translateX",
  "translateY",
] as const;

/**
 * AugMix's four further operations.
 *
 * They resemble the brightness, contrast and blur corruptions of CIFAR-C and ImageNet-C: a model
 * trained with them has seen part of the test, so its corruption error is no longer comparable.
 */
export const OVERLAPPING_OP_NAMES = ["color", "contrast", "brightness", "sharpness"] as const;

export type OpName = (typeof OP_NAMES)[number] | (typeof OVERLAPPING_OP_NAMES)[number];

/** An operation that is one look-up table of 256 entries for each channel. */
export type TableDraw =
  | { readonly op: "autocontrast" }
  | { readonly op: "equalize" }
  /** Keeps the `bits` upper bits of every byte, integer in [0, 8]. */
  | { readonly op: "posterize"; readonly bits: number }
  /** Inverts bytes at or above `threshold`. */
  | { readonly op: "solarize"; readonly threshold: number }
  /** Blends with the grey of the mean luminance; factor 1 is the identity. */
  | { readonly op: "contrast"; readonly factor: number }
  /** Blends with black; factor 1 is the identity. */
  | { readonly op: "brightness"; readonly factor: number };

/** An operation that is an affine warp. */
export type WarpDraw =
  /** Counter-clockwise about the centre of the image. */
  | { readonly op: "rotate"; readonly degrees: number }
  /** Pixels of shift per row, about the top edge: x_source = x + factor · y. */
  | { readonly op: "shearX"; readonly factor: number }
  /** Pixels of shift per column, about the left edge: y_source = y + factor · x. */
  | { readonly op: "shearY"; readonly factor: number }
  /** The content moves left when positive. */
  | { readonly op: "translateX"; readonly pixels: number }
  /** The content moves up when positive. */
  | { readonly op: "translateY"; readonly pixels: number };

/** An operation whose pixels depend on other channels or on neighbours. */
export type BlendDraw =
  /** Blends with the luminance of each pixel; factor 1 is the identity. */
  | { readonly op: "color"; readonly factor: number }
  /** Blends with a 3×3 smoothing; factor 1 is the identity. */
  | { readonly op: "sharpness"; readonly factor: number };

/** Which operation is done and how strongly, as plain data: it can be printed, stored, replayed. */
export type OpDraw = TableDraw | WarpDraw | BlendDraw;

/** Sides of an image in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}
