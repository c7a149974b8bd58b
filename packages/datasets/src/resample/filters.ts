/** A resampling filter: its weight at a distance from the centre, and the distance from which on it is 0. */
interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

/** Pillow's filters, by Pillow's names; "nearest" takes single pixels and has no weights. */
export const filters = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Readonly<Record<string, Filter>>;

/** How an image is resampled; a name of Pillow's. */
export type Interpolation = keyof typeof filters | "nearest";

/** Every name that `resize` takes. */
export const interpolations: readonly Interpolation[] = [
  "nearest",
  ...(Object.keys(filters) as (keyof typeof filters)[]),
];

/** Hamming's coefficients as Pillow writes them, in single precision. */
const [MEAN, SWING] = [Math.fround(0.54), Math.fround(0.46)];

function hamming(x: number): number {
  const distance = Math.abs(x);
  if (distance >= 1) return 0;
  return sinc(distance) * (MEAN + SWING * Math.cos(distance * Math.PI));
}

/** Cubic convolution with a = -0.5 (Keys). */
function bicubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
  return 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}
