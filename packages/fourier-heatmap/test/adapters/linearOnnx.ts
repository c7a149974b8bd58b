/**
 * Writes an ONNX file by hand: logits = flatten(images) · weights.
 *
 * @param shape   [channel, height, width] of the images
 * @param weights row-major [channel · height · width, classes]
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers
 */
export function linearOnnx(
  shape: readonly number[],
  weights: Float32Array,
  classes: number,
): Uint8Array {
  const features = weights.length / classes;
  const dimension = (size: number) => message(1, integer(1, size));
  const value = (name: string, dimensions: readonly Buffer[]) => [
    text(1, name),
    message(2, message(1, integer(1, 1), message(2, ...dimensions))), // float tensor
  ];
  const node = (operation: string, inputs: readonly string[], output: string) =>
    message(1, ...inputs.map((name) => text(1, name)), text(2, output), text(4, operation));
  const batch = message(1, text(2, "batch"));
  const initializer = message(
    5,
    integer(1, features),
    integer(1, classes),
    integer(2, 1),
    text(8, "weights"),
    bytes(9, Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)),
  );
  const graph = message(
    7,
    node("Flatten", ["images"], "flat"),
    node("MatMul", ["flat", "weights"], "logits"),
    text(2, "linear"),
    initializer,
    message(11, ...value("images", [batch, ...shape.map(dimension)])),
    message(12, ...value("logits", [batch, dimension(classes)])),
  );
  return Buffer.concat([integer(1, 8), graph, message(8, integer(2, 13))]);
}

function varint(value: number): Buffer {
  const parts: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...parts, rest]);
    parts.push((rest % 128) + 128);
  }
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

function message(field: number, ...parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}
