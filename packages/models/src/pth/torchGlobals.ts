import { show } from "@apr-kit/contracts";
import { PickleGlobal, plainGlobals } from "@apr-kit/formats";
import { malformed } from "./malformed.ts";

/** Element types of PyTorch storages that we read. */
export type TorchDtype =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float64"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool";

/** A tensor of a checkpoint before its numbers are looked up. */
export class TensorReference {
  constructor(
    readonly storage: StorageReference,
    /** In elements, as are the strides. */
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** Numbers of a checkpoint: the zip entry "data/<key>". */
export class StorageReference {
  constructor(
    readonly key: string,
    readonly dtype: TorchDtype,
  ) {}
}

class StorageType extends PickleGlobal {
  constructor(
    name: string,
    readonly dtype: TorchDtype,
  ) {
    super(name);
  }
}

const STORAGES: Readonly<Record<string, TorchDtype>> = {
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  DoubleStorage: "float64",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
};

/** Named in the dict of optimiser options and the like; never applied. */
const INERT = ["float32", "float16", "bfloat16", "float64", "int64", "strided"];

const allowed = plainGlobals("readPth");

function allow(name: string, call?: (args: readonly unknown[]) => unknown): void {
  allowed.set(name, new PickleGlobal(name, call));
}

for (const [name, dtype] of Object.entries(STORAGES)) {
  allowed.set(`torch.${name}`, new StorageType(`torch.${name}`, dtype));
}
for (const name of INERT) allow(`torch.${name}`);
for (const name of ["torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2"]) {
  allow(name, rebuildTensor);
}
for (const name of ["_rebuild_parameter", "_rebuild_parameter_with_state"]) {
  allow(`torch._utils.${name}`, ([data]) => data);
}
allow("torch.Size", ([sizes]) => sizes ?? []);
allow("torch.device", ([name]) => name);
allow("torch.serialization._get_layout", ([name]) => name);

/** Resolves a global of the allow-list. */
export function torchGlobal(module: string, name: string): PickleGlobal {
  const found = allowed.get(`${module}.${name}`);
  if (found !== undefined) return found;
  throw malformed(
    "a checkpoint of tensors, numbers, text and plain containers",
    `the global ${show(`${module}.${name}`)}, which is not on the allow-list: save a state dict ` +
      "(torch.save(model.state_dict(), path)) instead of objects",
  );
}

/** Resolves ("storage", type, key, device, size), which is how torch.save refers to numbers. */
export function torchStorage(id: unknown): StorageReference {
  const [tag, type, key] = Array.isArray(id) ? id : [];
  if (tag !== "storage" || !(type instanceof StorageType) || typeof key !== "string") {
    throw malformed("references to storages only", show(id));
  }
  return new StorageReference(key, type.dtype);
}

function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): TensorReference {
  const isTensor =
    storage instanceof StorageReference &&
    isSize(offset) &&
    isSizes(shape) &&
    isSizes(strides) &&
    shape.length === strides.length;
  if (!isTensor) {
    throw malformed(
      "a tensor of a storage, an offset, sizes and as many strides, all whole",
      `${show(offset)}, ${show(shape)} and ${show(strides)}`,
    );
  }
  return new TensorReference(storage, offset, [...shape], [...strides]);
}

/** PyTorch's own limit. */
const MAX_RANK = 64;

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && value.every(isSize);
}
