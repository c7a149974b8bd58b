/** @file Every transform × every law × every engine. To add a transform, add a line to `transforms`. */

import { expectAllClose, unitImages } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import {
  type ComplexPair,
  type FftNorm,
  fft2,
  fft3,
  ifft2,
  ifft3,
  irfft2,
  irfft3,
  rfft2,
  rfft3,
} from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { randomImages, type Shape4 } from "./random.ts";

interface Transform {
  readonly name: string;
  readonly axes: readonly number[];
  readonly forward: (images: tf.Tensor4D, norm: FftNorm) => ComplexPair;
  /** Back to real images of `shape`. */
  readonly inverse: (spectrum: ComplexPair, shape: Shape4, norm: FftNorm) => tf.Tensor4D;
  /** The axis whose redundant half is left out, if any. */
  readonly halved?: number;
}

const transforms: Transform[] = [
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
];

const SHAPES: Shape4[] = [
  [1, 1, 1, 1],
  [2, 1, 5, 3],
  [3, 7, 6, 3],
  [1, 32, 32, 3],
  [1, 31, 37, 2],
  [1, 97, 4, 3],
];
const LARGE_SHAPE: Shape4 = [1, 224, 224, 1];
const NORMS: FftNorm[] = ["backward", "ortho", "forward"];
const largeCases = transforms.map(
  (transform) =>
    [`${transform.name} of [${LARGE_SHAPE.join(", ")}]`, transform, LARGE_SHAPE] as const,
);
const cases = transforms.flatMap((transform) =>
  SHAPES.map((shape) => [`${transform.name} of [${shape.join(", ")}]`, transform, shape] as const),
);
const EXACT = { rtol: 1e-6, atol: 1e-6 };

const countOf = (shape: readonly number[], axes: readonly number[]) =>
  axes.reduce((product, axis) => product * (shape[axis] as number), 1);

describeOnEveryEngine("laws", () => {
  test.each([...cases, ...largeCases])(
    "%s is undone by its inverse",
    (_title, transform, shape) => {
      tf.tidy(() => {
        const images = randomImages(shape, 1);
        for (const norm of NORMS) {
          const back = transform.inverse(transform.forward(images, norm), shape, norm);
          expectAllClose(back, images, { rtol: 1e-6, atol: 2e-6 });
        }
      });
    },
  );

  test.each(cases)("%s is linear", (_title, { forward }, shape) => {
    tf.tidy(() => {
      const [a, b] = [randomImages(shape, 1), randomImages(shape, 2)];
      const whole = forward(tf.add(tf.mul(a, 2), tf.mul(b, -3)), "ortho");
      const [ofA, ofB] = [forward(a, "ortho"), forward(b, "ortho")];
      for (const part of ["re", "im"] as const) {
        const sum = tf.add(tf.mul(ofA[part], 2), tf.mul(ofB[part], -3));
        expectAllClose(whole[part], sum, { rtol: 1e-6, atol: 1e-5 });
      }
    });
  });

  test.each(cases)("%s keeps the energy (Parseval)", (_title, transform, shape) => {
    tf.tidy(() => {
      const images = randomImages(shape, 3);
      const n = countOf(shape, transform.axes);
      const factors = { backward: n, ortho: 1, forward: 1 / n };
      for (const norm of NORMS) {
        const spectrum = transform.forward(images, norm);
        const expected = energy(images) * factors[norm];
        expectAllClose([spectrumEnergy(spectrum, transform, shape)], [expected], { rtol: 1e-5 });
      }
    });
  });

  test.each(cases)("%s turns an impulse into a flat spectrum", (_title, transform, shape) => {
    tf.tidy(() => {
      const impulse = impulseAt(shape, [0, 0, 0]);
      const { re, im } = transform.forward(impulse, "backward");
      const isThere = transform.axes.includes(3) ? undefined : 0; // a 2-D transform keeps channels apart
      const expected = tf.buffer(re.shape);
      for (let at = 0; at < re.size; at++) {
        const channel = at % (re.shape[3] as number);
        expected.values[at] = isThere === undefined || channel === isThere ? 1 : 0;
      }
      expectAllClose(re, expected.toTensor(), EXACT);
      expectAllClose(im, tf.zerosLike(im), EXACT);
    });
  });

  test.each(cases)(
    "%s turns flat images into their sum at frequency 0",
    (_title, transform, shape) => {
      tf.tidy(() => {
        const { re, im } = transform.forward(tf.fill(shape, 0.5), "backward");
        const n = countOf(shape, transform.axes);
        const expected = tf.buffer(re.shape);
        for (let image = 0; image < shape[0]; image++) {
          const channels = transform.axes.includes(3) ? 1 : shape[3];
          for (let channel = 0; channel < channels; channel++) {
            expected.set(0.5 * n, image, 0, 0, channel);
          }
        }
        expectAllClose(re, expected.toTensor(), { rtol: 1e-6, atol: 1e-6 * n });
        expectAllClose(im, tf.zerosLike(im), { rtol: 0, atol: 1e-6 * n });
      });
    },
  );

  test.each(cases)("%s turns a shift into a turn of phase", (_title, transform, shape) => {
    tf.tidy(() => {
      const images = randomImages(shape, 4);
      const shift = 2 % shape[1];
      const shifted = rollRows(images, shift);
      const [before, after] = [
        transform.forward(images, "ortho"),
        transform.forward(shifted, "ortho"),
      ];
      const angles = tf.mul(tf.range(0, shape[1]), (-2 * Math.PI * shift) / shape[1]);
      const cosine = tf.reshape(tf.cos(angles), [1, shape[1], 1, 1]);
      const sine = tf.reshape(tf.sin(angles), [1, shape[1], 1, 1]);
      const re = tf.sub(tf.mul(before.re, cosine), tf.mul(before.im, sine));
      const im = tf.add(tf.mul(before.re, sine), tf.mul(before.im, cosine));
      // The angles themselves are rounded to float32.
      expectAllClose(after.re, re as tf.Tensor4D, { rtol: 1e-4, atol: 2e-4 });
      expectAllClose(after.im, im as tf.Tensor4D, { rtol: 1e-4, atol: 2e-4 });
    });
  });

  test.each(cases)("%s of real images is conjugate symmetric", (_title, transform, shape) => {
    tf.tidy(() => {
      const { re, im } = transform.forward(randomImages(shape, 5), "ortho");
      const [reData, imData] = [re.bufferSync(), im.bufferSync()];
      const [batch, rows, columns, channels] = re.shape;
      for (let b = 0; b < batch; b++) {
        for (let u = 0; u < rows; u++) {
          for (let v = 0; v < columns; v++) {
            for (let w = 0; w < channels; w++) {
              const at = [b, u, v, w] as const;
              const mirror = at.map((k, axis) => mirrored(k, axis, transform, shape));
              if (mirror.some((k, axis) => k >= (re.shape[axis] as number))) continue;
              const gap = Math.hypot(
                reData.get(...at) - reData.get(...mirror),
                imData.get(...at) + imData.get(...mirror),
              );
              if (!(gap < 1e-5)) throw new Error(`not the conjugate at ${at}: ${gap}`);
            }
          }
        }
      }
    });
  });

  test.each(transforms)("$name gives each image what it gives it alone", ({ forward }) => {
    tf.tidy(() => {
      const images = randomImages([3, 6, 5, 3], 6);
      const together = forward(images, "backward");
      for (let index = 0; index < 3; index++) {
        const alone = forward(tf.slice(images, [index, 0, 0, 0], [1, 6, 5, 3]), "backward");
        for (const part of ["re", "im"] as const) {
          const begin = [index, 0, 0, 0];
          const size = [1, ...together[part].shape.slice(1)];
          expect(tf.slice(together[part], begin, size).dataSync()).toEqual(alone[part].dataSync());
        }
      }
    });
  });

  test.each(transforms)("$name is undone by its inverse for images of any sides", (transform) => {
    fc.assert(
      fc.property(unitImages({ maxSide: 9 }), ({ data, shape }) => {
        tf.tidy(() => {
          const images = tf.tensor4d(data, shape);
          const back = transform.inverse(transform.forward(images, "ortho"), shape, "ortho");
          expectAllClose(back, images, EXACT);
        });
      }),
      { numRuns: 30 },
    );
  });

  test.each(transforms)("$name of an empty batch is empty", ({ forward }) => {
    const { re, im } = forward(tf.zeros([0, 4, 4, 1]), "backward");
    expect([re.shape[0], im.shape[0]]).toEqual([0, 0]);
    tf.dispose([re, im]);
  });
});

function energy(x: tf.Tensor): number {
  return tf.sum(tf.square(x)).dataSync()[0] as number;
}

/** Energy of the full spectrum; frequencies that a half spectrum leaves out count through their mirrors. */
function spectrumEnergy({ re, im }: ComplexPair, { halved }: Transform, shape: Shape4): number {
  const whole = energy(re) + energy(im);
  if (halved === undefined) return whole;
  const side = shape[halved] as number;
  const alone = side % 2 === 0 ? [0, side / 2] : [0]; // their own mirrors
  const counted = [...new Set(alone)].map((k) => {
    const begin = [0, 0, 0, 0].map((zero, axis) => (axis === halved ? k : zero));
    const size = re.shape.map((s, axis) => (axis === halved ? 1 : s));
    return energy(tf.slice(re, begin, size)) + energy(tf.slice(im, begin, size));
  });
  return 2 * whole - counted.reduce((sum, part) => sum + part, 0);
}

function impulseAt(shape: Shape4, at: readonly [number, number, number]): tf.Tensor4D {
  const values = tf.buffer(shape);
  for (let image = 0; image < shape[0]; image++) values.set(1, image, ...at);
  return values.toTensor() as tf.Tensor4D;
}

function rollRows(images: tf.Tensor4D, shift: number): tf.Tensor4D {
  if (shift === 0) return images;
  const height = images.shape[1];
  const [head, tail] = tf.split(images, [height - shift, shift], 1) as [tf.Tensor4D, tf.Tensor4D];
  return tf.concat([tail, head], 1);
}

function mirrored(k: number, axis: number, transform: Transform, shape: Shape4): number {
  const side = shape[axis] as number;
  return transform.axes.includes(axis) ? (side - k) % side : k;
}
