import type { NativeAddon, NativeContext, NativeValues } from "./nativeAddon.ts";

/** The constants that tfjs-node's kernels read from their binding. */
const CONSTANTS = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_RESOURCE: 20,
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
} as const;

/** A native context under the names that tfjs-node's kernels use. */
export interface Binding extends NativeContext, Readonly<typeof CONSTANTS> {
  tensorDataSync(id: number): NativeValues;
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  loadSavedModel(): never;
  deleteSavedModel(): never;
  runSavedModel(): never;
  readonly TF_Version: string;
  readonly hasBfloat16Units: boolean;
  readonly hasTiles: boolean;
}

/**
 * Adds to a native context what `@tensorflow/tfjs-node-gpu` expects of its binding.
 *
 * @param context the context; it is extended in place, so that its methods stay one call away
 * @param addon   where the context is from
 */
export function createBinding(context: NativeContext, addon: NativeAddon): Binding {
  return Object.assign(context, CONSTANTS, {
    TF_Version: addon.version,
    hasBfloat16Units: addon.hasBfloat16Units,
    hasTiles: addon.hasTiles,
    tensorDataSync: context.readTensor,
    getNumOfTensors: context.countTensors,
    getNumOfSavedModels: () => 0,
    loadSavedModel: refuseSavedModels,
    deleteSavedModel: refuseSavedModels,
    runSavedModel: refuseSavedModels,
  });
}

function refuseSavedModels(): never {
  throw new Error("tensorflow backend: expected no SavedModel calls, which it does not provide");
}
