export { type HostImages, type ImageBounds, pixelImages, unitImages } from "./arbitraries.ts";
export { expectAllClose, FLOAT32, type Tolerance } from "./closeness.ts";
export { expectTensorDelta } from "./memory.ts";
