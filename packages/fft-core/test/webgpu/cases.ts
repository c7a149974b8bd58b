import * as tf from "@tensorflow/tfjs-core";
import { transformAxes } from "../../src/fourier/transformAxes.ts";
import {
  amplitude,
  bandPass,
  type ComplexPair,
  fftshift,
  irfft2,
  phase,
  radialPower,
  recombine,
  recombineImages,
  recombineWithin,
  rfft2,
  rfft3,
} from "../../src/index.ts";
import { type Check, laws, SHAPES, transforms } from "../laws.ts";
import { randomImages, randomPair, type Shape4 } from "../random.ts";

/** A title, and tensors that have to be equal. */
export interface LawCase {
  readonly title: string;
  readonly checks: () => Check[];
}

/** A title, and tensors that have to equal those of the cpu backend. */
export interface ReferenceCase {
  readonly title: string;
  readonly tensors: () => tf.Tensor[];
}

const SMALL: Shape4 = [3, 7, 6, 3];
const COMMON = ["rfft2", "rfft3"]; // in further shapes: each wants shaders of its own, which take long to compile
const FURTHER = ["1,1,1,1", "1,32,32,3"];
const SIDES = [28, 32, 97, 224, 509, 512];

/** All laws for all transforms of one shape, and for the common ones of further shapes; then accuracy by side. */
export const lawCases: readonly LawCase[] = [
  ...laws.flatMap((law) =>
    transforms.flatMap((transform) =>
      SHAPES.filter(
        (shape) =>
          shape.join() === SMALL.join() ||
          (COMMON.includes(transform.name) && FURTHER.includes(shape.join())),
      ).map((shape) => ({
        title: `${transform.name} of [${shape}] ${law.title}`,
        checks: () => law.checks(transform, shape),
      })),
    ),
  ),
  ...SIDES.map((side) => ({
    title: `rfft2 and back is within 1e-6 of float64 for side ${side}`,
    checks: () => accuracy([1, 16, side, 1]),
  })),
  {
    title: "rfft2 of lines that no workgroup holds is within 1e-6 of float64",
    checks: () => accuracy([1, 2, 2_100, 1]),
  },
];

/** ‖actual - exact‖ / ‖exact‖ against 0, within 1e-6. */
function accuracy(shape: Shape4): Check[] {
  const [, , width] = shape;
  const images = randomImages(shape, width);
  const values = Float64Array.from(images.dataSync()); // still on the host
  const empty = () => new Float64Array(values.length);
  const exact = transformAxes(
    { re: values.slice(), im: empty() },
    { re: empty(), im: empty() },
    shape,
    [1, 2],
  );
  const half = Math.floor(width / 2) + 1;
  const spectrum = rfft2(images);
  const gaps = (["re", "im"] as const).map((part) => {
    const kept = Float32Array.from(exact[part].filter((_, i) => i % width < half));
    return relativeError(spectrum[part], tf.tensor4d(kept, spectrum[part].shape));
  });
  const back = relativeError(irfft2(spectrum, { width }), images);
  return [...gaps, back].map((actual) => ({ actual, expected: tf.scalar(0), rtol: 0, atol: 1e-6 }));
}

function relativeError(actual: tf.Tensor, expected: tf.Tensor): tf.Tensor {
  const norm = (x: tf.Tensor) => tf.sqrt(tf.sum(tf.square(x)));
  return tf.div(norm(tf.sub(actual, expected)), norm(expected));
}

const COLOURS: Shape4 = [3, 8, 6, 3];
const parts = ({ re, im }: ComplexPair) => [re, im];
const donor = () => randomImages(COLOURS, 1);
const own = () => randomImages(COLOURS, 2);
const slope = (f: (x: tf.Tensor4D) => tf.Tensor4D) => {
  const weights = randomImages(f(own()).shape, 8);
  return tf.grad((x) => f(x as tf.Tensor4D))(own(), weights);
};

export const referenceCases: readonly ReferenceCase[] = [
  ...(["spatial", "spatialAndChannel"] as const).flatMap((axes) => [
    {
      title: `recombineImages over ${axes}`,
      tensors: () => [recombineImages(donor(), own(), { axes })],
    },
    {
      title: `recombineWithin over ${axes}`,
      tensors: () => [recombineWithin(own(), { partners: [2, 0, 0], axes })],
    },
    {
      title: `the gradients of recombineImages over ${axes}`,
      tensors: () =>
        tf.grads((a, p) => recombineImages(a as tf.Tensor4D, p as tf.Tensor4D, { axes }))(
          [donor(), own()],
          randomImages(COLOURS, 3),
        ),
    },
    {
      title: `the gradient of recombineWithin over ${axes}`,
      tensors: () => [slope((x) => recombineWithin(x, { partners: [2, 0, 0], axes }))],
    },
  ]),
  {
    title: "recombineImages of larger images",
    tensors: () => {
      const shape: Shape4 = [1, 96, 80, 3];
      const [a, p] = [randomImages(shape, 4), randomImages(shape, 5)];
      return [recombineImages(a, p, { axes: "spatialAndChannel" })];
    },
  },
  {
    title: "recombineImages of zeros, of which the phase is 0",
    tensors: () => [recombineImages(donor(), tf.zeros(COLOURS), { axes: "spatial" })],
  },
  {
    title: "recombine",
    tensors: () => parts(recombine(randomPair(COLOURS, 6), randomPair(COLOURS, 7))),
  },
  {
    title: "amplitude and phase, with their gradients",
    tensors: () => [
      amplitude(rfft2(own())),
      tf.abs(phase(rfft2(own()))), // the sign of π is that of a zero
      slope((x) => amplitude(rfft2(x))),
      slope((x) => phase(rfft3(x))),
    ],
  },
  {
    title: "bandPass, radialPower and fftshift",
    tensors: () => [bandPass(own(), { high: 0.2 }), radialPower(own()), fftshift(own())],
  },
];
