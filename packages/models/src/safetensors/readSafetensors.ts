import { show, ValueError } from "@apr-kit/contracts";
import { widenBfloat16, widenFloat16 } from "./halfPrecision.ts";
import { BYTES_PER_ELEMENT, type HostTensor, type SafetensorsFile } from "./hostTensor.ts";
import { parseHeader, type TensorEntry } from "./parseHeader.ts";

/** As in the reference implementation: a header is short, or the file is not one. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads the bytes of a safetensors file, trusting none of them.
 *
 * @param bytes the whole file
 * @returns tensors in the order of the header; they own their memory
 *
 * Convention: as strict as the reference implementation, and more: the tensors' byte ranges must
 * tile the data without gap or overlap, and no name may come twice. Values are not inspected; see
 * `fromStateDict` for NaN.
 * Cost: one copy of the data; what a broken header claims is never allocated.
 *
 * @throws {ValueError} if the file is truncated, or its header is not what the format allows
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw malformed("at least 8 bytes", `${bytes.length}`);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > Math.min(MAX_HEADER_BYTES, bytes.length - 8)) {
    throw malformed(
      `a header within ${MAX_HEADER_BYTES} bytes and the file's ${bytes.length}`,
      `a header of ${headerBytes} bytes`,
    );
  }
  const { entries, metadata } = parseHeader(decode(bytes.subarray(8, 8 + headerBytes)));
  const data = bytes.subarray(8 + headerBytes);
  assertTiling(entries, data.length);

  const tensors = new Map<string, HostTensor>();
  for (const entry of entries) {
    const { name, dtype, shape, begin, end } = entry;
    tensors.set(name, { dtype, shape, values: readValues(data.subarray(begin, end), entry) });
  }
  return { tensors, metadata };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ValueError("readSafetensors", {
      expected: "a header in UTF-8",
      actual: "other bytes",
      cause,
    });
  }
}

/** Throws unless the byte ranges, in order, cover exactly [0, size). */
function assertTiling(entries: readonly TensorEntry[], size: number): void {
  let covered = 0;
  let previous = "the start of the data";
  for (const { name, begin, end } of entries.toSorted(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== covered) {
      throw malformed(`${show(name)} to begin at byte ${covered}, after ${previous}`, `${begin}`);
    }
    covered = end;
    previous = show(name);
  }
  if (covered !== size) throw malformed(`${covered} bytes of data after the header`, `${size}`);
}

function readValues(data: Uint8Array, { dtype }: TensorEntry): HostTensor["values"] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const step = BYTES_PER_ELEMENT[dtype];
  const size = data.length / step;
  if (dtype === "U8") return data.slice();
  if (dtype === "I64") {
    const values = new BigInt64Array(size);
    for (let i = 0; i < size; i++) values[i] = view.getBigInt64(i * step, true);
    return values;
  }
  const get = getters[dtype];
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = get(view, i * step);
  return values;
}

const getters = {
  F32: (view: DataView, offset: number) => view.getFloat32(offset, true),
  F16: (view: DataView, offset: number) => widenFloat16(view.getUint16(offset, true)),
  BF16: (view: DataView, offset: number) => widenBfloat16(view.getUint16(offset, true)),
};

function malformed(expected: string, actual: string): ValueError {
  return new ValueError("readSafetensors", { expected, actual });
}
