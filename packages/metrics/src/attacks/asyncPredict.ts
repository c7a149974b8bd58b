import type { Predict, UnitImages } from "@apr-kit/contracts";
import type { Tensor2D } from "@tensorflow/tfjs-core";

/**
 * Any classifier of [0, 1] images, also one that answers later (an ONNX session, a remote service): enough for attacks
 * that ask for no gradient.
 */
export type AsyncPredict = Predict | ((images: UnitImages) => Promise<Tensor2D>);
