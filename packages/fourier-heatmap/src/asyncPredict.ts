import type { Predict, UnitImages } from "@apr-kit/contracts";
import type { Tensor2D } from "@tensorflow/tfjs-core";

/**
 * Any classifier, seen from outside; one that answers later (an ONNX session, a remote service) is welcome.
 *
 * @param images UnitImages, [batch, height, width, channel]; not disposed by the callee
 * @returns logits, [batch, classes], float32; the caller disposes them
 */
export type AsyncPredict = Predict | ((images: UnitImages) => Promise<Tensor2D>);
