/** Attributes of nodes as a GraphDef in JSON spells them. */
export type NodeAttribute = Readonly<Record<string, unknown>>;

/** One stored tensor, as the manifest of a tfjs model lists it. */
interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
}

/** Collects the nodes of a TensorFlow graph and the numbers of its constants, in the order of use. */
export class GraphDefBuilder {
  readonly nodes: object[] = [];
  readonly stored: StoredTensor[] = [];
  readonly #values: (Float32Array | Int32Array)[] = [];
  readonly #names = new Set<string>();

  /** Adds a node and returns the name of its first output. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NodeAttribute>> = {},
    name = `${operator}_${this.nodes.length}`,
  ): string {
    this.nodes.push({ name, op: operator, input: [...inputs], attr: attributes });
    return name;
  }

  /** Adds a constant, once per name, and returns its name. */
  constant(name: string, shape: readonly number[], values: Float32Array | Int32Array): string {
    if (this.#names.has(name)) return name;
    this.#names.add(name);
    const isFloat = values instanceof Float32Array;
    this.node("Const", [], { dtype: { type: isFloat ? "DT_FLOAT" : "DT_INT32" } }, name);
    this.stored.push({ name, shape: [...shape], dtype: isFloat ? "float32" : "int32" });
    this.#values.push(values);
    return name;
  }

  /** The numbers of all constants, one after another, little-endian. */
  weights(): Uint8Array {
    const bytes = new Uint8Array(this.#values.reduce((sum, { byteLength }) => sum + byteLength, 0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const values of this.#values) {
      const isFloat = values instanceof Float32Array;
      for (const value of values) {
        if (isFloat) view.setFloat32(at, value, true);
        else view.setInt32(at, value, true);
        at += 4;
      }
    }
    return bytes;
  }
}

/** An attribute of text. */
export function text(value: string): NodeAttribute {
  return { s: btoa(value) };
}

/** An attribute of whole numbers. */
export function integers(values: readonly number[]): NodeAttribute {
  return { list: { i: values.map(String) } };
}
