import type { NormalizedImages, UnitImages } from "@apr-kit/contracts";
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  asPredict,
  createModel,
  type ExportOptions,
  type HostTensors,
  type Model,
  modelNames,
  toStateDict,
} from "../src/index.ts";
import { formulaParameters } from "./formulas.ts";
import { relativeDistance } from "./relativeDistance.ts";

/** A format that networks leave in, and the runtime that reads it. */
export interface ExportFormat<TFile> {
  readonly runtime: string;
  readonly write: (model: Model, tensors: HostTensors, options?: ExportOptions) => TFile;
  /** The runtime's logits for images of [batch, height, width, channel]. */
  readonly logitsOf: (file: TFile, images: tf.Tensor) => Promise<Float32Array>;
  /** Largest difference, as a fraction of the largest logit. */
  readonly tolerance: number;
}

const normalization = { mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] };

/** What every format keeps: the logits of all architectures, with and without normalisation, at any size. */
export function testLogits<TFile>({ runtime, write, logitsOf, tolerance }: ExportFormat<TFile>) {
  test.each(modelNames)(`gives %s its logits in ${runtime}`, async (name) => {
    const width = name === "resnet50" || name === "wrn-28-10" ? 1 / 64 : 1 / 24;
    const model = createModel(name, { numClasses: 5, width });
    const parameters = formulaParameters(model);
    const tensors = await toStateDict(model, parameters);
    const images = tf.randomUniform([2, 32, 32, 3], 0, 1, "float32", 3) as UnitImages;

    const logits = asPredict(model, parameters, normalization)(images);
    const file = write(model, tensors, { normalization });
    expect(
      relativeDistance(await logitsOf(file, images), logits.dataSync<"float32">()),
    ).toBeLessThan(tolerance);

    const plain = model.apply(parameters, images as unknown as NormalizedImages, {
      mode: "inference",
    });
    const actual = await logitsOf(write(model, tensors), images);
    expect(relativeDistance(actual, plain.logits.dataSync<"float32">())).toBeLessThan(tolerance);
    tf.dispose([images, logits, plain.logits, ...parameters.values()]);
  });

  test("leaves batch, height and width free", async () => {
    const model = createModel("fastnet", { numClasses: 3, width: 1 / 24 });
    const parameters = formulaParameters(model);
    const file = write(model, await toStateDict(model, parameters));
    const images = tf.randomUniform([3, 24, 40, 3], 0, 1, "float32", 3) as NormalizedImages;
    const { logits } = model.apply(parameters, images, { mode: "inference" });
    expect(
      relativeDistance(await logitsOf(file, images), logits.dataSync<"float32">()),
    ).toBeLessThan(tolerance);
    tf.dispose([images, logits, ...parameters.values()]);
  });
}
