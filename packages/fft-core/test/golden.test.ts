/** @file Values and gradients of PyTorch, and a recombination by NumPy; see golden/makeGolden.py. */
import { readFileSync } from "node:fs";
import { expectAllClose } from "@apr-kit/testing";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  amplitude,
  type ComplexPair,
  type FftNorm,
  fft2,
  fft3,
  ifft2,
  ifft3,
  irfft2,
  irfft3,
  phase,
  recombine,
  recombineImages,
  rfft2,
  rfft3,
} from "../src/index.ts";
import { describeOnEveryEngine } from "./engines.ts";
import type { Shape4 } from "./random.ts";

interface Planar {
  readonly shape: Shape4;
  readonly re: number[];
  readonly im: number[];
}

interface TransformCase {
  readonly dimensions: 2 | 3;
  readonly norm: FftNorm;
  readonly shape: Shape4;
  readonly input: { readonly re: number[]; readonly im: number[] };
  readonly fft: Planar;
  readonly ifft: Planar;
  readonly rfft: Planar;
}

interface GradientCase {
  readonly name: string;
  readonly axes?: "spatial" | "spatialAndChannel";
  readonly shapes: Shape4[];
  readonly inputs: number[][];
  readonly weights: number[][];
  readonly outputs: number[][];
  readonly gradients: number[][];
}

const torch = readGolden<{ transforms: TransformCase[]; gradients: GradientCase[] }>("torch.json");
const apr = readGolden<{
  shape: [number, number, number];
  phaseFrom: number[];
  amplitudeFrom: number[];
  expected: number[];
}>("apr.json");

const CLOSE = { rtol: 1e-5, atol: 2e-6 };

type Parts = readonly tf.Tensor4D[];
const pairOf = (parts: Parts, from = 0) =>
  ({ re: parts[from], im: parts[from + 1] }) as ComplexPair;
const partsOf = ({ re, im }: ComplexPair) => [re, im];

/** The functions of the gradient cases, as lists of tensors → lists of tensors. */
const functions: Record<string, (inputs: Parts, options: GradientCase) => Parts> = {
  fft2: (inputs) => partsOf(fft2(pairOf(inputs), { norm: "ortho" })),
  fft3: (inputs) => partsOf(fft3(pairOf(inputs), { norm: "ortho" })),
  ifft2: (inputs) => partsOf(ifft2(pairOf(inputs))),
  ifft3: (inputs) => partsOf(ifft3(pairOf(inputs))),
  rfft2: ([images]) => partsOf(rfft2(images as tf.Tensor4D)),
  rfft3: ([images]) => partsOf(rfft3(images as tf.Tensor4D)),
  irfft2: (inputs) => [irfft2(pairOf(inputs), { width: 4 })],
  irfft3: (inputs) => [irfft3(pairOf(inputs), { channels: 3 })],
  amplitude: (inputs) => [amplitude(pairOf(inputs))],
  phase: (inputs) => [phase(pairOf(inputs))],
  recombine: (inputs) => partsOf(recombine(pairOf(inputs), pairOf(inputs, 2))),
  recombineImages: ([amplitudeFrom, phaseFrom], { axes }) => [
    recombineImages(amplitudeFrom as tf.Tensor4D, phaseFrom as tf.Tensor4D, {
      axes: axes ?? "spatial",
    }),
  ],
};

describeOnEveryEngine("golden values", () => {
  test.each(torch.transforms)(
    "transforms over $dimensions axes of $shape with norm $norm equal PyTorch's",
    ({ dimensions, norm, shape, input, ...expected }) => {
      tf.tidy(() => {
        const z = { re: tf.tensor4d(input.re, shape), im: tf.tensor4d(input.im, shape) };
        const is2d = dimensions === 2;
        expectPair((is2d ? fft2 : fft3)(z, { norm }), expected.fft);
        expectPair((is2d ? ifft2 : ifft3)(z, { norm }), expected.ifft);
        expectPair((is2d ? rfft2 : rfft3)(z.re, { norm }), expected.rfft);
      });
    },
  );

  test.each(torch.gradients)("$name and its gradient equal PyTorch's ($axes)", (golden) => {
    tf.tidy(() => {
      const apply = functions[golden.name] as (inputs: Parts, options: GradientCase) => Parts;
      const inputs = golden.inputs.map((values, i) =>
        tf.tensor4d(values, golden.shapes[i] as Shape4),
      );
      const outputs = apply(inputs, golden);
      for (const [i, output] of outputs.entries()) {
        expectAllClose(output, golden.outputs[i] as number[], CLOSE);
      }
      for (const [i, gradient] of gradientsOf(apply, inputs, golden).entries()) {
        expectAllClose(gradient, golden.gradients[i] as number[], { rtol: 1e-4, atol: 1e-5 });
      }
    });
  });

  test("recombineImages equals NumPy's recombination of two 8-bit images", () => {
    tf.tidy(() => {
      const shape: Shape4 = [1, ...apr.shape];
      const output = recombineImages(
        tf.tensor4d(apr.amplitudeFrom, shape),
        tf.tensor4d(apr.phaseFrom, shape),
        { axes: "spatialAndChannel" },
      );
      expectAllClose(output, apr.expected, { rtol: 1e-5, atol: 1e-3 }); // values up to 255
    });
  });
});

/** Of Σ weights · outputs: one backward pass for each output, added up. */
function gradientsOf(
  apply: (inputs: Parts, options: GradientCase) => Parts,
  inputs: tf.Tensor4D[],
  golden: GradientCase,
): tf.Tensor[] {
  const perOutput = golden.weights.map((values, i) => {
    const output = (...parts: tf.Tensor[]) => apply(parts as tf.Tensor4D[], golden)[i] as tf.Tensor;
    return tf.grads(output)(inputs, tf.tensor4d(values, output(...inputs).shape as Shape4));
  });
  return inputs.map((_, i) =>
    perOutput.map((gradients) => gradients[i] as tf.Tensor).reduce((a, b) => tf.add(a, b)),
  );
}

function expectPair({ re, im }: ComplexPair, expected: Planar): void {
  expect(re.shape).toEqual(expected.shape);
  expectAllClose(re, expected.re, CLOSE);
  expectAllClose(im, expected.im, CLOSE);
}

function readGolden<TContent>(name: string): TContent {
  return JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8")) as TContent;
}
