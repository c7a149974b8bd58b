import { asNormalizedImages } from "@apr-kit/contracts";
import { startEngine } from "@apr-kit/engine";
import { beforeAll, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { createModel } from "./createModel.ts";
import { dropoutMasks } from "./dropoutMasks.ts";
import { initialParameters } from "./initialParameters.ts";
import type { ApplyOptions } from "./model.ts";

type Dropout = Extract<ApplyOptions, { readonly mode: "train" }>["dropout"];

beforeAll(() => startEngine({ engine: "cpu" }));

test("dropoutMasks(model) are the masks that apply draws by the same key", () => {
  tf.tidy(() => {
    const net = createModel("allconv", { width: 1 / 48 });
    const weights = initialParameters(net, { seed: 1 });
    const images = asNormalizedImages(tf.randomNormal([2, 32, 32, 3], 0, 1, "float32", 1));
    const logitsOf = (dropout: NonNullable<Dropout>) => {
      const { logits, statistics } = net.apply(weights, images, { mode: "train", dropout });
      tf.dispose(statistics);
      return Array.from(logits.dataSync());
    };
    const key = { seed: 1, step: 3 };
    const masks = dropoutMasks(net, images.shape, key);
    expect(Object.keys(masks)).toHaveLength(2);
    expect(logitsOf({ masks })).toEqual(logitsOf(key));
    expect(logitsOf({ masks: dropoutMasks(net, images.shape, { ...key, step: 4 }) })).not.toEqual(
      logitsOf(key),
    );
    const [name] = Object.keys(masks);
    expect(() => logitsOf({ masks: {} })).toThrow(
      `apply: expected options.dropout.masks to hold ${name} of shape [2, 16, 16, 2], got none`,
    );
    expect(() => logitsOf({ masks: dropoutMasks(net, [1, 32, 32, 3], key) })).toThrow(
      "got [1, 16, 16, 2]",
    );
    tf.dispose([...weights.values()]);
  });
});

test("dropoutMasks(model) of a network without dropout are none", () => {
  expect(dropoutMasks(createModel("fastnet"), [2, 32, 32, 3], { seed: 1, step: 0 })).toEqual({});
});
