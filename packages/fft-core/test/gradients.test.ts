/** @file Gradients against the definition of a derivative: central differences of float64 oracles. */
import { expectAllClose } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  amplitude,
  type ComplexPair,
  fftshift,
  phase,
  recombine,
  recombineImages,
  rfft2,
} from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import { naiveDft } from "./naiveDft.ts";
import { randomImages, randomPair, type Shape4 } from "./random.ts";

const STEP = 1e-5; // error of a central difference in float64: about STEP² + 1e-16/STEP
const CLOSE = { rtol: 1e-4, atol: 1e-4 };

describeOnEveryEngine("gradients", () => {
  test.each([
    ["spatial", [1, 2]],
    ["spatialAndChannel", [1, 2, 3]],
  ] as const)("of recombineImages over %s equal finite differences", (axes, axisList) => {
    tf.tidy(() => {
      const shape: Shape4 = [1, 3, 4, 3];
      const inputs = [randomImages(shape, 1), randomImages(shape, 2)] as const;
      const weights = randomImages(shape, 3);
      const numbers = inputs.map((input) => [...input.dataSync()]);
      const loss = ([a, p]: number[][]) =>
        dot(
          recombineImagesOracle(a as number[], p as number[], shape, axisList),
          weights.dataSync(),
        );
      const gradients = tf.grads((a, p) =>
        recombineImages(a as tf.Tensor4D, p as tf.Tensor4D, { axes }),
      )([...inputs], weights);
      for (const [i, gradient] of gradients.entries()) {
        expectAllClose(gradient, differences(loss, numbers, i), CLOSE);
      }
    });
  });

  test("of amplitude and phase equal finite differences", () => {
    tf.tidy(() => {
      const shape: Shape4 = [1, 3, 2, 2];
      const { re, im } = randomPair(shape, 4);
      const weights = randomImages(shape, 5);
      const numbers = [re, im].map((part) => [...part.dataSync()]);
      const oracles = [
        [amplitude, (x: number, y: number) => Math.hypot(x, y)],
        [phase, (x: number, y: number) => Math.atan2(y, x)],
      ] as const;
      for (const [apply, oracle] of oracles) {
        const loss = ([x, y]: number[][]) =>
          dot(
            (x as number[]).map((value, i) => oracle(value, y?.[i] as number)),
            weights.dataSync(),
          );
        const gradients = tf.grads((a, b) => apply({ re: a, im: b } as ComplexPair))(
          [re, im],
          weights,
        );
        for (const [i, gradient] of gradients.entries()) {
          expectAllClose(gradient, differences(loss, numbers, i), CLOSE);
        }
      }
    });
  });

  test("of a loss on the spectrum arrive at the images", () => {
    tf.tidy(() => {
      const shape: Shape4 = [1, 4, 5, 1];
      const images = randomImages(shape, 6);
      const weights = randomImages([1, 4, 3, 1], 7);
      const loss = ([x]: number[][]) => {
        const zeros = (x as number[]).map(() => 0);
        const { re, im } = naiveDft({ re: x as number[], im: zeros }, shape, [1, 2]);
        const half = re.map((_, i) => Math.hypot(re[i] as number, im[i] as number));
        return dot(
          half.filter((_, i) => i % 5 < 3),
          weights.dataSync(),
        );
      };
      const gradient = tf.grad((x) => amplitude(rfft2(x as tf.Tensor4D)))(images, weights);
      expectAllClose(gradient, differences(loss, [[...images.dataSync()]], 0), CLOSE);
    });
  });

  test("are 0 at amplitude 0, never NaN", () => {
    tf.tidy(() => {
      const zero: tf.Tensor4D = tf.zeros([1, 1, 2, 1]);
      const other = tf.tensor4d([3, 0], [1, 1, 2, 1]);
      const dy = tf.onesLike(zero);
      for (const apply of [amplitude, phase]) {
        const gradients = tf.grads((re, im) => apply({ re, im } as ComplexPair))([zero, zero], dy);
        for (const gradient of gradients) expect([...gradient.dataSync()]).toEqual([0, 0]);
      }
      const toPhase = tf.grads(
        (re, im) => recombine({ re: other, im: other }, { re, im } as ComplexPair).re,
      )([zero, zero], dy);
      for (const gradient of toPhase) expect([...gradient.dataSync()]).toEqual([0, 0]);
      const toAmplitude = tf.grads(
        (re, im) => recombine({ re, im } as ComplexPair, { re: other, im: zero }).re,
      )([other, zero], dy);
      expect([...(toAmplitude[0] as tf.Tensor).dataSync()]).toEqual([1, 0]);
    });
  });

  test("pass through fftshift to where the values came from", () => {
    tf.tidy(() => {
      const images = randomImages([1, 3, 5, 1], 8);
      const weights = randomImages([1, 3, 5, 1], 9);
      const gradient = tf.grad((x) => fftshift(x as tf.Tensor4D))(images, weights);
      const inner = dot([...gradient.dataSync()], images.dataSync());
      const outer = dot([...weights.dataSync()], fftshift(images).dataSync());
      expect(inner).toBeCloseTo(outer, 5); // ⟨shiftᵀ w, x⟩ = ⟨w, shift x⟩
    });
  });
});

function dot(a: readonly number[], b: ArrayLike<number>): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** Central differences of `loss` by each element of `inputs[which]`. */
function differences(
  loss: (inputs: number[][]) => number,
  inputs: number[][],
  which: number,
): number[] {
  return (inputs[which] as number[]).map((_, element) => {
    const moved = (by: number) =>
      loss(
        inputs.map((values, i) =>
          i === which ? values.map((value, k) => (k === element ? value + by : value)) : values,
        ),
      );
    return (moved(STEP) - moved(-STEP)) / (2 * STEP);
  });
}

function recombineImagesOracle(
  amplitudeFrom: number[],
  phaseFrom: number[],
  shape: Shape4,
  axes: readonly number[],
): number[] {
  const zeros = phaseFrom.map(() => 0);
  const donor = naiveDft({ re: amplitudeFrom, im: zeros }, shape, axes);
  const own = naiveDft({ re: phaseFrom, im: zeros }, shape, axes);
  const re: number[] = [];
  const im: number[] = [];
  for (let k = 0; k < zeros.length; k++) {
    const length = Math.hypot(donor.re[k] as number, donor.im[k] as number);
    const angle = Math.atan2(own.im[k] as number, own.re[k] as number);
    re.push(length * Math.cos(angle));
    im.push(length * Math.sin(angle));
  }
  const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
  return naiveDft({ re, im }, shape, axes, { inverse: true }).re.map((value) => value / count);
}
