/**
 * @file Every transform × every law, as tensors to compare: engines that can be read at once and those that
 * cannot share them. To add a transform, add a line to `transforms`.
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  type ComplexPair,
  type FftNorm,
  fft2,
  fft3,
  fftn,
  ifft2,
  ifft3,
  ifftn,
  irfft2,
  irfft3,
  irfftn,
  rfft2,
  rfft3,
  rfftn,
} from "../src/index.ts";
import { randomImages, type Shape4 } from "./random.ts";

export interface Transform {
  readonly name: string;
  readonly axes: readonly number[];
  readonly forward: (images: tf.Tensor4D, norm: FftNorm) => ComplexPair;
  /** Back to real images of `shape`. */
  readonly inverse: (spectrum: ComplexPair, shape: Shape4, norm: FftNorm) => tf.Tensor4D;
  /** The axis whose redundant half is left out, if any. */
  readonly halved?: number;
}

/** What has to be equal, within |actual - expected| ≤ atol + rtol · |expected|. */
export type Check = {
  readonly actual: tf.Tensor;
  readonly expected: tf.Tensor;
  readonly rtol: number;
  readonly atol: number;
};

export interface Law {
  readonly title: string;
  readonly checks: (transform: Transform, shape: Shape4) => Check[];
}

export const transforms: readonly Transform[] = [
  {
    name: "fft2",
    axes: [1, 2],
    forward: (images, norm) => fft2(images, { norm }),
    inverse: (spectrum, _shape, norm) => ifft2(spectrum, { norm }).re,
  },
  {
    name: "fft3",
    axes: [1, 2, 3],
    forward: (images, norm) => fft3(images, { norm }),
    inverse: (spectrum, _shape, norm) => ifft3(spectrum, { norm }).re,
  },
  {
    name: "rfft2",
    axes: [1, 2],
    forward: (images, norm) => rfft2(images, { norm }),
    inverse: (spectrum, shape, norm) => irfft2(spectrum, { width: shape[2], norm }),
    halved: 2,
  },
  {
    name: "rfft3",
    axes: [1, 2, 3],
    forward: (images, norm) => rfft3(images, { norm }),
    inverse: (spectrum, shape, norm) => irfft3(spectrum, { channels: shape[3], norm }),
    halved: 3,
  },
  ...[[2], [3, 1], [-4, 1], [3, 0, 2, 1]].flatMap(transformsAlong),
];

/** fftn and rfftn over these axes. */
function transformsAlong(axes: number[]): Transform[] {
  const fromFront = axes.map((axis) => (axis + 4) % 4);
  const halved = fromFront.at(-1) as number;
  return [
    {
      name: `fftn over [${axes}]`,
      axes: fromFront,
      forward: (images, norm) => fftn(images, { axes, norm }),
      inverse: (spectrum, _shape, norm) => ifftn(spectrum, { axes, norm }).re,
    },
    {
      name: `rfftn over [${axes}]`,
      axes: fromFront,
      forward: (images, norm) => rfftn(images, { axes, norm }),
      inverse: (spectrum, shape, norm) =>
        irfftn(spectrum, { axes, size: shape[halved] as number, norm }),
      halved,
    },
  ];
}

export const SHAPES: readonly Shape4[] = [
  [1, 1, 1, 1],
  [2, 1, 5, 3],
  [3, 7, 6, 3],
  [1, 32, 32, 3],
  [1, 31, 37, 2],
  [1, 97, 4, 3],
];
const NORMS: readonly FftNorm[] = ["backward", "ortho", "forward"];

export const laws: readonly Law[] = [
  {
    title: "is undone by its inverse",
    checks: ({ forward, inverse }, shape) => {
      const images = randomImages(shape, 1);
      return NORMS.map((norm) =>
        check(inverse(forward(images, norm), shape, norm), images, { rtol: 1e-6, atol: 2e-6 }),
      );
    },
  },
  {
    title: "is linear",
    checks: ({ forward }, shape) => {
      const [a, b] = [randomImages(shape, 1), randomImages(shape, 2)];
      const [ofA, ofB] = [forward(a, "ortho"), forward(b, "ortho")];
      const sum = (x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor4D =>
        tf.add(tf.mul(x, 2), tf.mul(y, -3));
      const expected = { re: sum(ofA.re, ofB.re), im: sum(ofA.im, ofB.im) };
      return checkPair(forward(sum(a, b), "ortho"), expected, { rtol: 1e-6, atol: 1e-5 });
    },
  },
  {
    title: "keeps the energy (Parseval)",
    checks: (transform, shape) => {
      const images = randomImages(shape, 3);
      const n = countOf(shape, transform.axes);
      const factors = { backward: n, ortho: 1, forward: 1 / n };
      return NORMS.map((norm) => {
        const found = spectrumEnergy(transform.forward(images, norm), transform, shape);
        return check(found, tf.mul(energy(images), factors[norm]), { rtol: 1e-5, atol: 0 });
      });
    },
  },
  {
    title: "turns impulses into flat spectra",
    checks: ({ forward, axes }, shape) => {
      const { re, im } = forward(atOrigin(shape, axes, 1), "backward");
      const expected = { re: tf.onesLike(re), im: tf.zerosLike(im) };
      return checkPair({ re, im }, expected, { rtol: 1e-6, atol: 1e-6 });
    },
  },
  {
    title: "turns flat images into their sum at frequency 0",
    checks: ({ forward, axes }, shape) => {
      const n = countOf(shape, axes);
      const { re, im } = forward(tf.fill(shape, 0.5), "backward");
      const expected = { re: atOrigin(re.shape, axes, 0.5 * n), im: tf.zerosLike(im) };
      return checkPair({ re, im }, expected, { rtol: 1e-6, atol: 1e-6 * n });
    },
  },
  {
    title: "turns a shift into a turn of phase",
    checks: ({ forward, axes }, shape) => {
      const images = randomImages(shape, 4);
      const [axis] = axes as [number];
      const side = shape[axis] as number;
      const shift = 2 % side;
      const before = forward(images, "ortho");
      const kept = before.re.shape[axis] as number;
      const view = shape.map((_, at) => (at === axis ? kept : 1)) as Shape4;
      const turns = (of: (angle: number) => number) =>
        tf.tensor4d(
          Float32Array.from({ length: kept }, (_, k) => of((-2 * Math.PI * shift * k) / side)),
          view,
        );
      const [cosine, sine] = [turns(Math.cos), turns(Math.sin)];
      const expected: ComplexPair = {
        re: tf.sub(tf.mul(before.re, cosine), tf.mul(before.im, sine)),
        im: tf.add(tf.mul(before.re, sine), tf.mul(before.im, cosine)),
      };
      const after = forward(roll(images, axis, side - shift), "ortho");
      return checkPair(after, expected, { rtol: 1e-5, atol: 2e-5 });
    },
  },
  {
    title: "of real images is conjugate symmetric",
    checks: ({ forward, axes, halved }, shape) => {
      const whole = forward(randomImages(shape, 5), "ortho");
      const others = axes.filter((axis) => axis !== halved);
      const closeness = { rtol: 0, atol: 1e-5 };
      const compare = (pair: ComplexPair) => {
        const mirror = (part: tf.Tensor4D) => others.reduce(mirrored, part);
        const expected = { re: mirror(pair.re), im: tf.neg(mirror(pair.im)) as tf.Tensor4D };
        return checkPair(pair, expected, closeness);
      };
      if (halved === undefined) return compare(whole);
      // Of a half spectrum only the frequencies that are their own mirrors along the halved axis have both.
      return ownMirrors(shape[halved] as number).flatMap((k) => {
        const cut = (part: tf.Tensor4D) => plane(part, halved, k);
        return compare({ re: cut(whole.re), im: cut(whole.im) });
      });
    },
  },
  {
    title: "gives each image what it gives it alone",
    checks: ({ forward, axes }, shape) => {
      if (axes.includes(0)) return [];
      const images = randomImages(shape, 6);
      const together = forward(images, "backward");
      return Array.from({ length: shape[0] }, (_, image) => {
        const alone = forward(plane(images, 0, image), "backward");
        const cut = { re: plane(together.re, 0, image), im: plane(together.im, 0, image) };
        return checkPair(alone, cut, { rtol: 0, atol: 0 });
      }).flat();
    },
  },
  {
    title: "has its adjoint as gradient",
    checks: ({ forward, inverse }, shape) => {
      const [at, x] = [randomImages(shape, 7), randomImages(shape, 8)];
      const spectrum = forward(x, "ortho");
      const weights = { re: like(spectrum.re, 9), im: like(spectrum.im, 10) };
      const toImages = tf.add(
        tf.grad((y) => forward(y as tf.Tensor4D, "ortho").re)(at, weights.re),
        tf.grad((y) => forward(y as tf.Tensor4D, "ortho").im)(at, weights.im),
      );
      // ⟨x, Fᴴw⟩ = ⟨Fx, w⟩, and the same for the inverse
      const forwardSides = [inner(x, toImages), innerPair(spectrum, weights)] as const;
      const toSpectrum = tf.grads((re, im) => inverse({ re, im } as ComplexPair, shape, "ortho"))(
        [weights.re, weights.im],
        x,
      ) as [tf.Tensor4D, tf.Tensor4D];
      const inverseSides = [
        innerPair(spectrum, { re: toSpectrum[0], im: toSpectrum[1] }),
        inner(inverse(spectrum, shape, "ortho"), x),
      ] as const;
      const atol = 1e-4 * Math.sqrt(at.size); // of sums of so many numbers around 1
      return [forwardSides, inverseSides].map(([a, b]) => check(a, b, { rtol: 1e-4, atol }));
    },
  },
  {
    title: "keeps what is not finite within its image",
    checks: ({ forward, axes }, shape) => {
      if (axes.includes(0) || shape[0] === 1) return [];
      const clean = randomImages(shape, 11);
      const [, height, width, channels] = shape;
      const broken = tf.concat([
        tf.fill([1, height, width, channels], Number.NaN),
        tf.slice4d(clean, [1, 0, 0, 0], [shape[0] - 1, height, width, channels]),
      ]) as tf.Tensor4D;
      const others = ({ re, im }: ComplexPair) => ({
        re: plane(re, 0, shape[0] - 1),
        im: plane(im, 0, shape[0] - 1),
      });
      const expected = others(forward(clean, "backward"));
      return checkPair(others(forward(broken, "backward")), expected, { rtol: 0, atol: 0 });
    },
  },
];

function check(actual: tf.Tensor, expected: tf.Tensor, closeness: Pick<Check, "rtol" | "atol">) {
  return { actual, expected, ...closeness };
}

function checkPair(
  actual: ComplexPair,
  expected: ComplexPair,
  closeness: Pick<Check, "rtol" | "atol">,
): Check[] {
  return [check(actual.re, expected.re, closeness), check(actual.im, expected.im, closeness)];
}

function like(x: tf.Tensor4D, seed: number): tf.Tensor4D {
  return randomImages(x.shape, seed);
}

function inner(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  return tf.sum(tf.mul(a, b));
}

function innerPair(a: ComplexPair, b: ComplexPair): tf.Tensor {
  return tf.add(inner(a.re, b.re), inner(a.im, b.im));
}

function countOf(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * (shape[axis] as number), 1);
}

function energy(x: tf.Tensor): tf.Scalar {
  return tf.sum(tf.square(x));
}

/** Energy of the full spectrum; frequencies that a half spectrum leaves out count through their mirrors. */
function spectrumEnergy({ re, im }: ComplexPair, { halved }: Transform, shape: Shape4): tf.Tensor {
  const whole = tf.add(energy(re), energy(im));
  if (halved === undefined) return whole;
  const alone = ownMirrors(shape[halved] as number).map((k) =>
    tf.add(energy(plane(re, halved, k)), energy(plane(im, halved, k))),
  );
  return alone.reduce((sum, part) => tf.sub(sum, part), tf.mul(whole, 2));
}

/** Frequencies of an axis that are their own mirrors. */
function ownMirrors(side: number): number[] {
  return side % 2 === 0 ? [0, side / 2] : [0];
}

/** `value` where all `axes` have index 0, else 0. */
function atOrigin(shape: readonly number[], axes: readonly number[], value: number): tf.Tensor4D {
  const values = tf.buffer(shape as Shape4);
  for (let at = 0; at < values.size; at++) {
    const place = values.indexToLoc(at);
    if (axes.every((axis) => place[axis] === 0)) values.values[at] = value;
  }
  return values.toTensor() as tf.Tensor4D;
}

function plane(x: tf.Tensor4D, axis: number, index: number): tf.Tensor4D {
  const begin = x.shape.map((_, at) => (at === axis ? index : 0)) as Shape4;
  const size = x.shape.map((side, at) => (at === axis ? 1 : side)) as Shape4;
  return tf.slice4d(x, begin, size);
}

/** Cuts the axis at `cut` and swaps the two pieces. */
function roll(x: tf.Tensor4D, axis: number, cut: number): tf.Tensor4D {
  const side = x.shape[axis] as number;
  if (cut % side === 0) return x;
  const [head, tail] = tf.split(x, [cut, side - cut], axis) as [tf.Tensor4D, tf.Tensor4D];
  return tf.concat([tail, head], axis);
}

/** Index k of the axis becomes -k. */
function mirrored(x: tf.Tensor4D, axis: number): tf.Tensor4D {
  return roll(tf.reverse(x, axis), axis, (x.shape[axis] as number) - 1);
}
