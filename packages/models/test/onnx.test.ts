import { startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { createModel, type HostTensor, toStateDict, writeOnnx } from "../src/index.ts";
import { testLogits } from "./exportLaws.ts";
import { formulaParameters } from "./formulas.ts";

jest.setTimeout(60_000); // for busy machines; a quarter of a second each otherwise

/** Logits of onnxruntime for images of [batch, height, width, channel]. */
async function onnxLogits(file: Uint8Array, images: tf.Tensor): Promise<Float32Array> {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const [batch, height, width] = images.shape as [number, number, number];
  const channelsFirst = tf.tidy(() => tf.transpose(images, [0, 3, 1, 2]).dataSync<"float32">());
  const input = new Tensor("float32", channelsFirst, [batch, 3, height, width]);
  const { logits } = await session.run({ images: input });
  expect(logits?.dims[0]).toBe(batch);
  await session.release();
  return logits?.data as Float32Array;
}

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
});

describe("writeOnnx", () => {
  testLogits({ runtime: "onnxruntime", write: writeOnnx, logitsOf: onnxLogits, tolerance: 1e-4 });

  test("refuses what does not fit the model", async () => {
    const model = createModel("fastnet", { numClasses: 3, width: 1 / 24 });
    const parameters = formulaParameters(model);
    const tensors = new Map(await toStateDict(model, parameters));
    tf.dispose([...parameters.values()]);
    expect(() => writeOnnx(model, new Map())).toThrow(
      "writeOnnx: expected exactly the 41 parameters",
    );
    expect(() => writeOnnx(model, tensors, { classNames: ["cat"] })).toThrow(
      'writeOnnx: expected 3 class names, got ["cat"]',
    );
    expect(() =>
      writeOnnx(model, tensors, { normalization: { mean: [0], std: [1, 1, 1] } }),
    ).toThrow("writeOnnx: expected mean of three finite numbers");
    const whole: HostTensor = { dtype: "U8", shape: [1], values: new Uint8Array(1) };
    tensors.set("stem.bn.weight", whole);
    expect(() => writeOnnx(model, tensors)).toThrow(
      "writeOnnx: expected stem.bn.weight of a float dtype, got U8",
    );
  });
});
