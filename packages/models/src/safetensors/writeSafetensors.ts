import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import { narrowBfloat16, narrowFloat16 } from "./halfPrecision.ts";
import {
  BYTES_PER_ELEMENT,
  type HostTensor,
  METADATA,
  type SafetensorsDtype,
  type SafetensorsFile,
} from "./hostTensor.ts";

/**
 * Packs tensors and text into the bytes of a safetensors file.
 *
 * Convention: the header lists tensors in the order of the map; their bytes lie by falling element
 * size, so that each is aligned when the file is mapped to memory. Little-endian, as the format has
 * it. Writing the file, atomically or not, is the caller's.
 *
 * @throws {ShapeError} if a tensor's values do not fill its shape
 * @throws {ValueError} if values are not of the array type that the dtype needs, or a name is reserved
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function writeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  for (const [name, tensor] of tensors) assertTensor(name, tensor);
  const placed = place([...tensors]);
  const entries = [...tensors].map(([name, { dtype, shape }]) => {
    const data_offsets = placed.offsets.get(name);
    return [name, { dtype, shape, data_offsets }] as const;
  });
  const hasMetadata = Object.keys(metadata).length > 0;
  const header = hasMetadata ? [[METADATA, metadata] as const, ...entries] : entries;
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;

  const file = new Uint8Array(8 + headerBytes + placed.sizeBytes).fill(0x20, 8, 8 + headerBytes);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  for (const [name, tensor] of tensors) {
    const [begin] = placed.offsets.get(name) as Range;
    writeValues(view, 8 + headerBytes + begin, tensor);
  }
  return file;
}

type Range = readonly [begin: number, end: number];

function place(tensors: readonly (readonly [string, HostTensor])[]): {
  offsets: ReadonlyMap<string, Range>;
  sizeBytes: number;
} {
  const bytesOf = (dtype: SafetensorsDtype): number => BYTES_PER_ELEMENT[dtype];
  const offsets = new Map<string, Range>();
  let end = 0;
  for (const [name, { dtype, values }] of tensors.toSorted(
    ([, a], [, b]) => bytesOf(b.dtype) - bytesOf(a.dtype),
  )) {
    const begin = end;
    end += values.length * bytesOf(dtype);
    offsets.set(name, [begin, end]);
  }
  return { offsets, sizeBytes: end };
}

function writeValues(view: DataView, begin: number, { dtype, values }: HostTensor): void {
  const step = BYTES_PER_ELEMENT[dtype];
  const put = setters[dtype];
  for (let i = 0; i < values.length; i++) put(view, begin + i * step, values[i] as never);
}

type Setter<TValue> = (view: DataView, offset: number, value: TValue) => void;

const setters: {
  readonly [TDtype in SafetensorsDtype]: Setter<TDtype extends "I64" ? bigint : number>;
} = {
  F32: (view, offset, value) => view.setFloat32(offset, value, true),
  F16: (view, offset, value) => view.setUint16(offset, narrowFloat16(value), true),
  BF16: (view, offset, value) => view.setUint16(offset, narrowBfloat16(value), true),
  I64: (view, offset, value) => view.setBigInt64(offset, value, true),
  U8: (view, offset, value) => view.setUint8(offset, value),
};

const arrayTypes = {
  F32: Float32Array,
  F16: Float32Array,
  BF16: Float32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
} as const;

function assertTensor(name: string, { dtype, shape, values }: HostTensor): void {
  if (name === METADATA) {
    throw new ValueError("writeSafetensors", {
      expected: `tensor names other than ${METADATA}`,
      actual: show(name),
    });
  }
  const arrayType = arrayTypes[dtype];
  if (!(values instanceof arrayType)) {
    throw new ValueError("writeSafetensors", {
      expected: `${name} of dtype ${dtype} in a ${arrayType.name}`,
      actual: show(values),
    });
  }
  const size = shape.reduce((product, side) => product * side, 1);
  if (values.length !== size) {
    throw new ShapeError("writeSafetensors", {
      expected: `${name} of shape [${shape.join(", ")}] to have ${size} values`,
      actual: `${values.length}`,
    });
  }
}
