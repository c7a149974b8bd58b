import type { Model } from "./model.ts";
import type { LayerDescription } from "./traceNetwork.ts";

/** A model laid open; costs are of one image. */
export interface Description {
  readonly layers: readonly LayerDescription[];
  /** Trained numbers; running statistics are not counted. */
  readonly parameters: number;
  /** Multiply-accumulate operations of convolutions and linear layers. */
  readonly macs: number;
}

/**
 * Lists the layers of a model with output shapes, parameters and costs, without running it.
 *
 * @param inputShape [height, width, channel] of one image, default [32, 32, 3]
 *
 * @throws {ShapeError} if the images are too small for the network
 *
 * @example
 * describe(createModel("resnet18")).parameters; // 11_173_962
 */
export function describe(
  model: Model,
  inputShape: readonly [number, number, number] = [32, 32, 3],
): Description {
  const layers = model.layers(inputShape);
  let parameters = 0;
  let macs = 0;
  for (const layer of layers) {
    parameters += layer.parameters;
    macs += layer.macs;
  }
  return { layers, parameters, macs };
}
