import { show, ValueError } from "@apr-kit/contracts";
import { assertUniqueKeys } from "./assertUniqueKeys.ts";
import { BYTES_PER_ELEMENT, METADATA, type SafetensorsDtype } from "./hostTensor.ts";

/** One tensor as a checked header describes it: [begin, end) holds exactly its elements. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What a header says, checked as far as that goes without the data. */
export interface Header {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Parses and checks the JSON header of a safetensors file. */
export function parseHeader(json: string): Header {
  const header = parseObject(json);
  assertUniqueKeys("readSafetensors", json);
  const entries: TensorEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) metadata = parseMetadata(value);
    else entries.push(parseEntry(name, value));
  }
  return { entries, metadata };
}

function parseObject(json: string): object {
  let header: unknown;
  try {
    header = json.startsWith("{") ? JSON.parse(json) : undefined;
  } catch (cause) {
    throw new ValueError("readSafetensors", {
      expected: "a header in JSON",
      actual: show(json),
      cause,
    });
  }
  if (!isRecord(header)) throw malformed("a header that is a JSON object", show(json));
  return header;
}

function parseMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw malformed(`${METADATA} to map strings to strings`, show(value));
  }
  return value as Record<string, string>;
}

function parseEntry(name: string, value: unknown): TensorEntry {
  if (!isRecord(value)) throw malformed(`${show(name)} to be an object`, show(value));
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    const known = Object.keys(BYTES_PER_ELEMENT).join(", ");
    throw malformed(`dtype of ${show(name)} to be one of ${known}`, show(dtype));
  }
  if (!isSizes(shape)) throw malformed(`shape of ${show(name)} to be whole sizes`, show(shape));
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (begin === undefined || end === undefined || begin > end) {
    throw malformed(`data_offsets of ${show(name)} to be [begin, end]`, show(offsets));
  }
  const sizeBytes = shape.reduce((product, side) => product * side, BYTES_PER_ELEMENT[dtype]);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes !== end - begin) {
    throw malformed(
      `${sizeBytes} bytes for ${show(name)} of ${dtype} [${shape.join(", ")}]`,
      `${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === "string" && Object.hasOwn(BYTES_PER_ELEMENT, value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}

function malformed(expected: string, actual: string): ValueError {
  return new ValueError("readSafetensors", { expected, actual });
}
