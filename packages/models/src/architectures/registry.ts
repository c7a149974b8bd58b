import { allConv } from "./allConv.ts";
import type { BuildArchitecture } from "./architecture.ts";
import { denseNet40 } from "./denseNet40.ts";
import { fastNet } from "./fastNet.ts";
import { imageNetResNet } from "./imageNetResNet.ts";
import { preActResNet18 } from "./preActResNet18.ts";
import { resNet18 } from "./resNet18.ts";
import { resNeXt29 } from "./resNeXt29.ts";
import { wideResNet } from "./wideResNet.ts";

/** Every architecture by its exact name. */
export const registry = {
  fastnet: fastNet,
  resnet18: resNet18,
  "preact-resnet18": preActResNet18("raw"),
  "preact-resnet18-v2": preActResNet18("activated"),
  "wrn-40-2": wideResNet(40, 2),
  "wrn-28-10": wideResNet(28, 10),
  allconv: allConv,
  "densenet-40-12": denseNet40,
  "resnext-29-4x32d": resNeXt29,
  "resnet18-imagenet": imageNetResNet("basic", [2, 2, 2, 2]),
  resnet50: imageNetResNet("bottleneck", [3, 4, 6, 3]),
} as const satisfies Record<string, BuildArchitecture>;

/** A name that {@link createModel} knows. */
export type ModelName = keyof typeof registry;

/** All names that `createModel` knows. */
export const modelNames = Object.keys(registry) as readonly ModelName[];
