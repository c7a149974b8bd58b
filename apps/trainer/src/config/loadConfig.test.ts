import { describe, expect, test } from "@jest/globals";
import { loadConfigFile, loadPreset, parseConfig, presetNames } from "./loadConfig.ts";

const minimal = { name: "mine", model: { name: "fastnet" }, training: { steps: 10 } };

describe("parseConfig", () => {
  test("fills in the paper's defaults", () => {
    const { augmentation, training } = parseConfig(minimal, "test");
    expect(augmentation.pair).toEqual({
      probability: 0.6,
      gate: "batch",
      axes: "spatialAndChannel",
    });
    expect(training).toMatchObject({ batchSize: 128, weightDecay: 5e-4, halves: "sum" });
  });

  test.each([
    [
      { training: { steps: 0 } },
      "config.training.steps: Too small: expected number to be >=1, got 0 (test)",
    ],
    [{ training: { steps: 1, lr: 2 } }, 'config.training: expected no key named "lr" (test)'],
    [
      { augmentation: { method: "apr" } },
      'config.augmentation.method: Invalid option: expected one of "standard"|"apr-p"|"apr-s"|"apr-sp"|"augmix", got "apr" (test)',
    ],
    [
      { name: "A b" },
      'config.name: expected lower-case letters, digits and dashes, got "A b" (test)',
    ],
  ])("refuses %j", (change, message) => {
    expect(() => parseConfig({ ...minimal, ...change }, "test")).toThrow(message);
  });
});

test("every preset is valid and carries its own name", async () => {
  for (const name of await presetNames()) expect((await loadPreset(name)).name).toBe(name);
});

test("loadPreset lists the presets when the name is unknown", async () => {
  await expect(loadPreset("resnet")).rejects.toThrow(
    '--preset: expected one of cifar100-resnet18-apr-sp, cifar100-resnet18-standard, quickstart, quickstart-small, resnet18-apr-p, resnet18-apr-s, resnet18-apr-sp, resnet18-augmix, resnet18-standard, got "resnet"',
  );
});

test("loadPreset lets overrides win, key by key", async () => {
  const { training } = await loadPreset("quickstart", { training: { steps: 3 } });
  expect(training.steps).toBe(3);
  expect(training.batchSize).toBe(128);
});

test("loadConfigFile says which file cannot be read", async () => {
  await expect(loadConfigFile("/no/such.yaml")).rejects.toThrow(
    "--config: cannot read /no/such.yaml: ENOENT",
  );
});
