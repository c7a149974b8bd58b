/** @file The few lines of protobuf that TensorFlow's options need: a message is its fields, one after another. */

/** A field of a varint type: int32, int64, bool, enum. */
export function varintField(field: number, value: number | boolean): number[] {
  return [...varint(field << 3), ...varint(Number(value))];
}

/** A field of a length-delimited type: message, bytes. */
export function bytesField(field: number, bytes: Iterable<number>): number[] {
  const body = [...bytes];
  return [...varint((field << 3) | 2), ...varint(body.length), ...body];
}

/** A field of type string. */
export function stringField(field: number, text: string): number[] {
  return bytesField(field, new TextEncoder().encode(text));
}

/** One entry of a map field: a message of key (1) and value (2), already encoded as fields. */
export function mapField(field: number, key: number[], value: number[]): number[] {
  return bytesField(field, [...key, ...value]);
}

/** Seven bits a byte, lowest first; a negative number counts as 64 bits of two's complement. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}
