import { FLOAT_ATTRIBUTE, FLOAT_TENSOR, INT_ATTRIBUTE, INTS_ATTRIBUTE } from "./onnxSchema.ts";

/** A whole number, a list of them, or a fraction. */
export type AttributeValue = number | readonly number[] | { readonly float: number };

/** Collects the nodes and weights of an ONNX graph, in the order of use. */
export class GraphBuilder {
  readonly nodes: object[] = [];
  readonly initializers = new Map<string, object>();

  /** Adds a node of one output and returns the name of that. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const output = `${operator}.${this.nodes.length}`;
    this.nodes.push({
      name: output,
      op_type: operator,
      input: [...inputs],
      output: [output],
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return output;
  }

  /** Adds a constant of float32, once per name, and returns its name. */
  constant(name: string, shape: readonly number[], values: Float32Array): string {
    if (!this.initializers.has(name)) {
      const raw_data = littleEndian(values);
      this.initializers.set(name, { name, dims: [...shape], data_type: FLOAT_TENSOR, raw_data });
    }
    return name;
  }
}

function attribute(name: string, value: AttributeValue): object {
  if (typeof value === "number") return { name, type: INT_ATTRIBUTE, i: value };
  if ("float" in value) return { name, type: FLOAT_ATTRIBUTE, f: value.float };
  return { name, type: INTS_ATTRIBUTE, ints: [...value] };
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return bytes;
}
