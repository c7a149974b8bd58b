export { SetupError, ShapeError, show, ValueError } from "./errors.ts";
export {
  asByteImages,
  asNormalizedImages,
  assertImages,
  assertPixelBatch,
  asUnitImages,
  type ByteImages,
  checkRanges,
  type NormalizedImages,
  type PixelBatch,
  type UnitImages,
} from "./images.ts";
export { philox4x32, type Words4 } from "./philox.ts";
export type { Predict } from "./predict.ts";
export type { OnProgress, Progress } from "./progress.ts";
export { createRng, type Rng, type RngKey } from "./rng.ts";
export { AttrType, DataType, type OpAttr, type TensorFlowBackend } from "./tensorFlowBackend.ts";
