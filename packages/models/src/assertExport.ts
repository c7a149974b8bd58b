import { show, ValueError } from "@apr-kit/contracts";
import { assertNormalization, type Normalization } from "./asPredict.ts";
import { assertFiniteFloats } from "./assertFiniteFloats.ts";
import { assertParameters } from "./assertParameters.ts";
import type { Model } from "./model.ts";
import { pyTorchShape } from "./pyTorchLayout.ts";
import type { HostTensors } from "./safetensors/hostTensor.ts";

/** What a graph of another format may carry besides network and weights. */
export interface ExportOptions {
  /** Put in front of the network, so that the graph takes images in [0, 1]; by default nothing is. */
  readonly normalization?: Normalization;
  /** What each logit stands for; kept in the metadata. */
  readonly classNames?: readonly string[];
}

/** Throws unless `tensors` are the whole, finite state of `model` and the options fit it. */
export function assertExport(
  where: string,
  model: Model,
  tensors: HostTensors,
  { normalization, classNames }: ExportOptions,
): void {
  assertParameters(where, model.parameters, tensors, ({ shape }) => pyTorchShape(shape));
  assertFiniteFloats(where, tensors);
  if (normalization !== undefined) assertNormalization(where, normalization);
  const { numClasses } = model.config;
  if (classNames === undefined || classNames.length === numClasses) return;
  throw new ValueError(where, { expected: `${numClasses} class names`, actual: show(classNames) });
}
