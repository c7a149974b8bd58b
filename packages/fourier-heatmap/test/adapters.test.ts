import { startEngine } from "@apr-kit/engine";
import { asPredict, createModel, initialParameters } from "@apr-kit/models";
import { beforeAll, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { InferenceSession } from "onnxruntime-node";
import { type AsyncPredict, fourierHeatmap } from "../src/index.ts";
import { fromGraphModel } from "./adapters/fromGraphModel.ts";
import { fromLayersModel } from "./adapters/fromLayersModel.ts";
import { fromOnnxSession } from "./adapters/fromOnnxSession.ts";
import { linearGraph } from "./adapters/linearGraph.ts";
import { linearOnnx } from "./adapters/linearOnnx.ts";
import { linearPredict, randomSet } from "./sets.ts";

const [height, width, channel, classes] = [6, 5, 3, 3];
const set = randomSet([9, height, width, channel], { classes });
const { predict, weights } = linearPredict(height * width * channel, classes);

beforeAll(async () => {
  await startEngine({ engine: "cpu" });
});

/** One linear network in four formats: four times the same map. */
async function expectMapOfLinear(adapted: AsyncPredict): Promise<void> {
  const options = { size: 5, epsL2: 1 };
  const expected = await fourierHeatmap(predict, set, options);
  const before = tf.memory().numTensors;
  const map = await fourierHeatmap(adapted, set, options);
  expect(tf.memory().numTensors).toBe(before);
  expect(map.errorRate).toEqual(expected.errorRate);
  expect(new Set(map.errorRate).size).toBeGreaterThan(1);
}

test("a tf.LayersModel has the map of its function", async () => {
  const model = sequential({
    layers: [
      layers.flatten({ inputShape: [height, width, channel] }),
      layers.dense({ units: classes, useBias: false }),
    ],
  });
  model.setWeights([tf.tensor2d(weights, [height * width * channel, classes])]);
  await expectMapOfLinear(fromLayersModel(model));
});

test("a tf.GraphModel has the map of its function", async () => {
  await expectMapOfLinear(
    fromGraphModel(await linearGraph([height, width, channel], weights, classes)),
  );
});

test("an ONNX session, channels first and asynchronous, has the map of its function", async () => {
  const channelsFirst = Float32Array.from(weights, (_, index) => {
    const [feature, output] = [Math.floor(index / classes), index % classes];
    const [plane, pixel] = [Math.floor(feature / (height * width)), feature % (height * width)];
    return weights[(pixel * channel + plane) * classes + output]!;
  });
  const file = linearOnnx([channel, height, width], channelsFirst, classes);
  const session = await InferenceSession.create(file);
  await expectMapOfLinear(fromOnnxSession(session));
});

test("a network of @apr-kit/models has a symmetric map that leaks nothing", async () => {
  const model = createModel("resnet18", { numClasses: classes, width: 1 / 16 });
  const parameters = initialParameters(model, { seed: 1 });
  const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const network = asPredict(model, parameters, statistics);
  const images = randomSet([6, 8, 8, 3], { classes });
  await fourierHeatmap(network, images, { size: 1 }); // lets the engine make its lasting constants
  const before = tf.memory().numTensors;
  const map = await fourierHeatmap(network, images, { size: 3, epsL2: 2 });
  expect(tf.memory().numTensors).toBe(before);
  expect(map.errorRate).toEqual([...map.errorRate].reverse());
  expect(map.logitChange.every((change) => change > 0)).toBe(true);
});
