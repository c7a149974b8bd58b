import {
  AttrType,
  type ByteImages,
  DataType,
  type PixelBatch,
  type TensorFlowBackend,
} from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { affineMatrix } from "../ops/affineMatrix.ts";
import type { ImageSize, OpDraw } from "../ops/opDraw.ts";
import type { Recipe } from "./makeViews.ts";

/** The engine's tfjs backend: it keeps element types that tfjs does not know. */
interface Backend extends TensorFlowBackend {
  upload(values: Uint8Array | Float64Array, shape: readonly number[], dataType: number): tf.Tensor;
}

/** Images in the engine's memory, of bytes or of float32. */
export interface NativeSource {
  readonly images: tf.TensorInfo;
  readonly type: number;
}

/** Bytes are uploaded as such. */
export function nativeSource(images: PixelBatch | ByteImages): NativeSource {
  if ("dtype" in images) return { images, type: DataType.float32 };
  const { data, shape } = images;
  return { images: backend().upload(data, shape, DataType.uint8), type: DataType.uint8 };
}

/** By the operation AprImageOps of the engine's addon, on all of TensorFlow's threads; as float32, or as bytes. */
export function viewsNatively(
  { images, type }: NativeSource,
  recipes: readonly Recipe[],
  viewType: number = DataType.float32,
): tf.Tensor4D {
  const [, height, width] = images.shape as [number, number, number, number];
  const turns = Math.max(1, ...recipes.map(({ ops }) => ops.length));
  const codes = new Int32Array(recipes.length * turns); // 0: nothing
  const values = new Float64Array(codes.length * VALUES);
  recipes.forEach(({ ops }, row) => {
    ops.forEach((draw, turn) => {
      const [code, ...strength] = encode(draw, { height, width });
      codes[row * turns + turn] = code;
      values.set(strength, (row * turns + turn) * VALUES);
    });
  });
  const inputs = [
    images,
    tf.tensor1d(Int32Array.from(recipes, ({ place }) => place)),
    tf.tensor2d(codes, [recipes.length, turns]),
    backend().upload(values, [recipes.length, turns, VALUES], DataType.float64),
  ];
  const attrs = [
    { name: "T", type: AttrType.type, value: type },
    { name: "V", type: AttrType.type, value: viewType },
  ];
  return backend().executeSingleOutput("AprImageOps", attrs, inputs) as tf.Tensor4D;
}

function backend(): Backend {
  return tf.backend() as unknown as Backend;
}

const VALUES = 6;

/** Code and strength, in the order that the addon's imageOps.cc knows. */
function encode(draw: OpDraw, size: ImageSize): [code: number, ...strength: number[]] {
  switch (draw.op) {
    case "autocontrast":
      return [1];
    case "equalize":
      return [2];
    case "posterize":
      return [3, 256 - 2 ** (8 - draw.bits)]; // the mask
    case "solarize":
      return [4, draw.threshold];
    case "color":
      return [6, draw.factor];
    case "contrast":
      return [7, draw.factor];
    case "brightness":
      return [8, draw.factor];
    case "sharpness":
      return [9, draw.factor];
    default:
      return [5, ...affineMatrix(draw, size)];
  }
}
