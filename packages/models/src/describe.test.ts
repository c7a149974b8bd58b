import { expect, describe as group, test } from "@jest/globals";
import { createModel } from "./createModel.ts";
import { describe } from "./describe.ts";

group("describe", () => {
  test.each([
    ["fastnet", 923_312, 940_592, 50],
    ["resnet18", 11_173_962, 11_220_132, 555],
    ["preact-resnet18", 11_172_170, 11_218_340, 555],
    ["preact-resnet18-v2", 11_172_170, 11_218_340, 555],
    ["wrn-40-2", 2_243_546, 2_255_156, 328],
    ["wrn-28-10", 36_479_194, 36_536_884, 5243],
    ["allconv", 1_409_674, 1_427_044, 403],
    ["densenet-40-12", 1_059_298, 1_100_428, 283],
    ["resnext-29-4x32d", 6_807_882, 6_900_132, 1071],
  ])("counts the published parameters and operations of %s", (name, for10, for100, millionMacs) => {
    const description = describe(createModel(name));
    expect(description.parameters).toBe(for10);
    expect(describe(createModel(name, { numClasses: 100 })).parameters).toBe(for100);
    expect(Math.round(description.macs / 1e6)).toBe(millionMacs);
  });

  test.each([
    ["resnet18-imagenet", 11_689_512, 1814],
    ["resnet50", 25_557_032, 4089],
  ])("counts those of %s for 1000 classes at 224×224", (name, parameters, millionMacs) => {
    const description = describe(createModel(name, { numClasses: 1000 }), [224, 224, 3]);
    expect(description.parameters).toBe(parameters);
    expect(Math.round(description.macs / 1e6)).toBe(millionMacs);
    const maps = description.layers.filter(({ kind }) => kind === "maxPool");
    expect(maps.map(({ outputShape }) => outputShape)).toEqual([[56, 56, 64]]);
  });

  test("lists layers in the order of use, with shapes and costs", () => {
    const { layers } = describe(
      createModel("resnet18", { width: 1 / 16, numClasses: 5 }),
      [8, 6, 3],
    );
    expect(layers.slice(0, 3)).toEqual([
      { name: "conv1", kind: "conv", outputShape: [8, 6, 4], parameters: 108, macs: 8 * 6 * 108 },
      { name: "bn1", kind: "batchNorm", outputShape: [8, 6, 4], parameters: 8, macs: 0 },
      { name: "", kind: "relu", outputShape: [8, 6, 4], parameters: 0, macs: 0 },
    ]);
    expect(layers.find(({ name }) => name === "layer4.0.shortcut.0")?.outputShape).toEqual([
      1, 1, 32,
    ]);
    expect(layers.at(-1)).toEqual({
      name: "linear",
      kind: "linear",
      outputShape: [5],
      parameters: 165,
      macs: 160,
    });
  });

  test("keeps the reference's 10×10 map before the pooling of allconv", () => {
    const shapes = describe(createModel("allconv")).layers.map(({ outputShape }) => outputShape);
    expect(shapes).toContainEqual([10, 10, 192]);
    expect(shapes.at(-3)).toEqual([1, 1, 192]);
  });

  test("refuses images that a network leaves nothing of", () => {
    expect(() => describe(createModel("fastnet"), [4, 4, 3])).toThrow(
      "describe: expected images large enough for the network, got [4, 4, 3], of which maxPool leaves nothing",
    );
  });
});
