import { asNormalizedImages } from "@apr-kit/contracts";
import { availableEngines, type Precision, startEngine } from "@apr-kit/engine";
import { describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createModel, initialParameters, modelNames } from "../src/index.ts";

const engines = await availableEngines();
const onTensorFlow = engines.includes("tensorflow") ? describe : describe.skip;

/** bfloat16 keeps 8 bits: single layers are off by about 1 %, tens of them in a row by a few. */
const BFLOAT16_SPREAD = 0.1;

/** Fifty layers in a row. */
const SPREAD_OF_DEEPEST = 0.4;

onTensorFlow("bfloat16 feature maps", () => {
  test.each(modelNames)(
    "give %s float32's logits, in training and inference, and statistics, but for rounding",
    async (name) => {
      await startEngine({ engine: "tensorflow" });
      const model = createModel(name, { width: 0.25 });
      const parameters = initialParameters(model, { seed: 1 });
      const side = name === "resnet50" || name === "resnet18-imagenet" ? 96 : 32;
      const images = asNormalizedImages(tf.randomNormal([4, side, side, 3], 0, 1, "float32", 1));
      const run = (precision: Precision) => {
        const options = { mode: "train", precision, dropout: { seed: 1, step: 0 } } as const;
        const { logits, statistics } = model.apply(parameters, images, options);
        const inference = model.apply(parameters, images, { mode: "inference", precision });
        const tensors = [logits, inference.logits, ...Object.values(statistics)];
        const values = tensors.map((tensor) => tensor.dataSync());
        tf.dispose([logits, inference.logits, statistics]);
        return values as Float32Array[];
      };
      const exact = run("float32");
      const rounded = run("bfloat16");
      expect(rounded[0]).not.toEqual(exact[0]);
      rounded.forEach((values, index) => {
        expect(relativeDistance(values, exact[index] as Float32Array)).toBeLessThan(
          name === "resnet50" ? SPREAD_OF_DEEPEST : BFLOAT16_SPREAD,
        );
      });
      for (const parameter of parameters.values()) parameter.dispose();
    },
  );

  test("need the engine tensorflow", async () => {
    await startEngine({ engine: "cpu" });
    const model = createModel("fastnet", { width: 0.1 });
    const parameters = initialParameters(model, { seed: 1 });
    const images = asNormalizedImages(tf.zeros([1, 32, 32, 3]));
    expect(() =>
      model.apply(parameters, images, { mode: "inference", precision: "bfloat16" }),
    ).toThrow("castPrecision: expected precision to be float32 on engine cpu, got bfloat16");
  });
});

/** ‖actual - expected‖ / ‖expected‖. */
function relativeDistance(actual: Float32Array, expected: Float32Array): number {
  let apart = 0;
  let size = 0;
  for (const [index, value] of expected.entries()) {
    apart += (value - (actual[index] as number)) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(apart / size);
}
