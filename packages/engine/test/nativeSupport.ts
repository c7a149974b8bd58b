import { describe, test } from "@jest/globals";
import { findAddon } from "../src/provision/findAddon.ts";
import { loadBinding } from "../src/tensorflow/loadBinding.ts";
import type { NativeContext, NativeOutput } from "../src/tensorflow/nativeAddon.ts";
import { bytesField, mapField, stringField, varintField } from "../src/tensorflow/protobuf.ts";

const found: { addonPath: string; reason: string } = await findAddon().then(
  ({ file }) => ({ addonPath: file, reason: "" }),
  (error: Error) => ({ addonPath: "", reason: error.message }),
);

/** The installed addon; empty where there is none. */
export const { addonPath } = found;

/** `describe`, or where TensorFlow is not installed a skipped test whose title says why; `body` does not run then. */
export function describeNative(title: string, body: () => void): void {
  if (addonPath) describe(title, body);
  else test.skip(`${title} (skipped: ${found.reason})`, () => undefined);
}

/** A context of its own. */
export function newContext(): NativeContext {
  return new (loadBinding(addonPath).Context)();
}

/** TF_AttrType. */
export const ATTR = {
  string: 0,
  int: 1,
  float: 2,
  bool: 3,
  type: 4,
  shape: 5,
  tensor: 6,
  function: 8,
  proto: 100,
} as const;

/** TF_DataType. */
export const TYPE = { float32: 1, int32: 3, string: 7, int64: 9, bool: 10 } as const;

/** A float32 tensor of rank 1. */
export function vector(context: NativeContext, ...values: number[]): number {
  return context.createTensor([values.length], TYPE.float32, Float32Array.from(values));
}

/** The only output's values; the output is deleted. */
export function take(context: NativeContext, [output]: NativeOutput[]): number[] {
  const values = Array.from(context.readTensor(output!.id) as Float32Array);
  context.deleteTensor(output!.id);
  return values;
}

/**
 * A serialized tensorflow.FunctionDef of float32 → float32: y = op(x, x).
 *
 * @see tensorflow/core/framework/function.proto, op_def.proto, node_def.proto for the field numbers
 */
export function functionDef(name: string, op: string): Uint8Array {
  const argument = (text: string) => [...stringField(1, text), ...varintField(3, TYPE.float32)];
  const signature = [
    ...stringField(1, name),
    ...bytesField(2, argument("x")),
    ...bytesField(3, argument("y")),
  ];
  const node = [
    ...stringField(1, "node"),
    ...stringField(2, op),
    ...stringField(3, "x"),
    ...stringField(3, "x"),
    ...mapField(5, stringField(1, "T"), bytesField(2, varintField(6, TYPE.float32))),
  ];
  return Uint8Array.from([
    ...bytesField(1, signature),
    ...bytesField(3, node),
    ...mapField(4, stringField(1, "y"), stringField(2, "node:z:0")),
  ]);
}
