import type { UnitImages } from "@apr-kit/contracts";
import { type Tensor2D, tensor2d, transpose } from "@tensorflow/tfjs-core";
import { type InferenceSession, Tensor } from "onnxruntime-node";

/** An ONNX session that takes [0, 1] images as [n, channel, height, width], as PyTorch exports them. */
export function fromOnnxSession(session: InferenceSession) {
  return async (images: UnitImages): Promise<Tensor2D> => {
    const channelsFirst = transpose(images, [0, 3, 1, 2]);
    const values = (await channelsFirst.data()) as Float32Array;
    const input = new Tensor("float32", values, channelsFirst.shape);
    channelsFirst.dispose();
    const outputs = await session.run({ [session.inputNames[0]!]: input });
    const logits = outputs[session.outputNames[0]!]!;
    return tensor2d(logits.data as Float32Array, logits.dims as [number, number]);
  };
}
