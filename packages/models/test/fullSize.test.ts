import { asNormalizedImages } from "@apr-kit/contracts";
import { availableEngines, type EngineName, startEngine } from "@apr-kit/engine";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createModel, initialParameters, type ModelOutput } from "../src/index.ts";

const engines = await availableEngines();
const hasBoth = engines.includes("tensorflow") && engines.includes("wasm");

/**
 * Of seeds 1 to 220 the one whose images keep every input of a ReLU farthest from 0 (8.6e-6). Nearer than
 * about 1e-6, rounding decides on which side it lies, and gradients of two engines rightly differ.
 */
const IMAGE_SEED = 25;

interface Pass {
  readonly logits: Float32Array;
  /** Gradients by parameter name. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** One forward and backward pass of ResNet-18, full size, on two images. */
async function passOn(engine: EngineName): Promise<Pass> {
  await startEngine({ engine });
  const model = createModel("resnet18");
  const parameters = initialParameters(model, { seed: 1 });
  const trained = [...parameters].filter(([, { trainable }]) => trainable);
  const images = asNormalizedImages(tf.randomNormal([2, 32, 32, 3], 0, 1, "float32", IMAGE_SEED));
  let output: ModelOutput | undefined;
  const { value, grads } = tf.variableGrads(
    () => {
      output = model.apply(parameters, images, { mode: "train" });
      tf.keep(output.logits);
      return tf.neg(tf.mean(tf.slice(tf.logSoftmax(output.logits), [0, 3], [2, 1]))) as tf.Scalar;
    },
    trained.map(([, variable]) => variable),
  );
  const { logits, statistics } = output as unknown as ModelOutput;
  const gradients = new Map<string, Float32Array>();
  for (const [name, variable] of trained) {
    gradients.set(name, (await grads[variable.name]?.data<"float32">()) as Float32Array);
  }
  const pass = { logits: await logits.data<"float32">(), gradients };
  tf.dispose([value, grads, images, logits, statistics, ...parameters.values()]);
  return pass;
}

(hasBoth ? test : test.skip)(
  "resnet18 at full size is the same on tensorflow and wasm",
  async () => {
    const tensorflow = await passOn("tensorflow");
    const wasm = await passOn("wasm");
    expect(distance(wasm.logits, tensorflow.logits)).toBeLessThan(1e-4);
    expect(wasm.gradients.size).toBe(62);
    for (const [name, gradient] of wasm.gradients) {
      const apart = distance(gradient, tensorflow.gradients.get(name) as Float32Array);
      expect([name, apart < 1e-4 ? "close" : apart]).toEqual([name, "close"]);
    }
  },
  60_000,
);

const { abs, max } = Math; // looking up a global eleven million times takes jest seconds

/** Largest difference, as a fraction of the largest expected value. */
function distance(actual: Float32Array, expected: Float32Array): number {
  let scale = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    const want = expected[i] as number;
    scale = max(scale, abs(want));
    difference = max(difference, abs((actual[i] as number) - want));
  }
  return difference / scale;
}
