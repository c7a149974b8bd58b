import { startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { createModel, type GraphModelFiles, toStateDict, writeGraphModel } from "../src/index.ts";
import { testLogits } from "./exportLaws.ts";
import { formulaParameters } from "./formulas.ts";

jest.setTimeout(60_000); // for busy machines; half a second each otherwise

const normalization = { mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] };

beforeAll(async () => {
  await startEngine({ engine: "wasm" });
});

/** Logits of tfjs's own runtime. */
async function graphLogits(files: GraphModelFiles, images: tf.Tensor): Promise<Float32Array> {
  const { modelTopology, weightsManifest, signature } = JSON.parse(files.json);
  const model = await loadGraphModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weightData: files.weights.slice().buffer,
      signature,
    }),
  );
  const logits = model.predict(images) as tf.Tensor;
  const values = await logits.data<"float32">();
  logits.dispose();
  model.dispose();
  return values;
}

describe("writeGraphModel", () => {
  testLogits({ runtime: "tfjs", write: writeGraphModel, logitsOf: graphLogits, tolerance: 1e-5 });

  test("names its file of weights and what it was made from", async () => {
    const model = createModel("fastnet", { numClasses: 2, width: 1 / 24 });
    const parameters = formulaParameters(model);
    const { json } = writeGraphModel(model, await toStateDict(model, parameters), {
      normalization,
      classNames: ["cat", "dog"],
      weightsFile: "net.bin",
    });
    const { format, weightsManifest, userDefinedMetadata } = JSON.parse(json);
    expect(format).toBe("graph-model");
    expect(weightsManifest[0].paths).toEqual(["net.bin"]);
    expect(userDefinedMetadata["apr-kit"]).toEqual({
      architecture: "fastnet",
      config: { numClasses: 2, width: 1 / 24 },
      normalization,
      classNames: ["cat", "dog"],
    });
    tf.dispose([...parameters.values()]);
  });

  test("refuses class names that do not fit, and missing weights", async () => {
    const model = createModel("fastnet", { numClasses: 2, width: 1 / 24 });
    const parameters = formulaParameters(model);
    const tensors = await toStateDict(model, parameters);
    expect(() => writeGraphModel(model, tensors, { classNames: ["cat"] })).toThrow(
      "writeGraphModel: expected 2 class names",
    );
    expect(() => writeGraphModel(model, new Map())).toThrow(
      /^writeGraphModel: expected exactly the \d+ parameters of the model/,
    );
    tf.dispose([...parameters.values()]);
  });
});
