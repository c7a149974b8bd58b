import { ValueError } from "@apr-kit/contracts";
import type { Variable } from "@tensorflow/tfjs-core";
import type { Binding } from "../tensorflow/createBinding.ts";
import type {
  NativeAttr,
  NativeNode,
  NativeProgram,
  NativeValues,
} from "../tensorflow/nativeAddon.ts";
import type { Recorder } from "../tensorflow/recorder.ts";

/** Values from the host beyond which they are data, not axes, shapes or factors. */
const MOST_VALUES = 256;

/** TF_ATTR_TENSOR. */
const TENSOR_ATTRIBUTE = 6;

/** What a recorder knows before anything runs, by id. */
export interface KnownTensors {
  /** In the order in which the program will be given them. */
  readonly arguments: readonly number[];
  /** Those that have a value now: what reads one of them reads the variable anew in every run. */
  readonly variables: ReadonlyMap<number, Variable>;
}

/** A recording that is done. */
export interface Recording {
  /** Its inputs are the arguments, then `variables`. */
  readonly program: NativeProgram;
  readonly variables: readonly Variable[];
}

/** A recorder, and how to end it. */
export interface OpenRecorder extends Recorder {
  /** Why the trace is void, if something spoilt it. */
  readonly failure: Error | undefined;
  /** Takes down which tensors, by id, are the results and the assigned values, while they are alive. */
  choose(results: readonly number[], assigned: readonly number[]): void;
  finish(): Recording;
  /** Frees what the recorder holds on to. */
  close(): void;
}

/** Where a tensor comes from; `index` counts within the kind. */
interface Source {
  readonly kind: "argument" | "variable" | "constant" | "output";
  readonly index: number;
}

type SourceInput = Source | readonly Source[];

/**
 * Makes what writes down the operations that a function runs.
 *
 * Convention: a tensor that neither an argument, a variable, nor a recorded operation accounts for is a constant. The
 * recorder holds it under an id of its own, so that it outlives its owner and the id's next meaning.
 */
export function createRecorder(binding: Binding, known: KnownTensors): OpenRecorder {
  const sources = new Map<number, Source>(
    known.arguments.map((id, index) => [id, { kind: "argument", index }]),
  );
  const unread = new Map(known.variables);
  const variables: Variable[] = [];
  const constants: number[] = [];
  const held: number[] = []; // tensors that attributes name
  const nodes: (Omit<NativeNode, "inputs"> & { readonly inputs: readonly SourceInput[] })[] = [];
  const chosen = { results: [] as Source[], assigned: [] as Source[] };
  let outputs = 0;
  let failure: Error | undefined;

  function discover(id: number): Source {
    const variable = unread.get(id);
    if (variable !== undefined) {
      return { kind: "variable", index: variables.push(variable) - 1 };
    }
    return { kind: "constant", index: constants.push(binding.shareTensor(id)) - 1 };
  }

  function sourceOf(id: number): Source {
    const source = sources.get(id) ?? discover(id);
    sources.set(id, source);
    return source;
  }

  function spoil(expected: string, actual: string): Error {
    failure ??= new ValueError("traced", { expected: `fn ${expected}`, actual });
    return failure;
  }

  function holdTensor(attr: NativeAttr): NativeAttr {
    if (attr.type !== TENSOR_ATTRIBUTE) return attr;
    const id = binding.shareTensor(attr.value as number);
    held.push(id);
    return { ...attr, value: id };
  }

  function numberOf({ kind, index }: Source): number {
    const before = {
      argument: 0,
      variable: known.arguments.length,
      constant: known.arguments.length + variables.length,
      output: known.arguments.length + variables.length + constants.length,
    };
    return before[kind] + index;
  }

  return {
    get failure() {
      return failure;
    },

    record({ op, attrs, inputs, device }, results) {
      nodes.push({
        op,
        attrs: attrs.map(holdTensor),
        inputs: inputs.map((input) => mapInput(input, sourceOf)),
        outputs: results.length,
        ...(device !== undefined && { device }),
      });
      for (const { id } of results) sources.set(id, { kind: "output", index: outputs++ });
    },

    forget(id) {
      sources.delete(id);
      unread.delete(id);
    },

    isFill(values, shape) {
      if (values.length <= MOST_VALUES) return false;
      if (isUniform(values)) return true;
      throw spoil(
        `to upload at most ${MOST_VALUES} values, which later calls would repeat (pass random and other data as an ` +
          "argument; make constants before the call)",
        `[${shape.join(", ")}]`,
      );
    },

    spoil,

    choose(results, assigned) {
      chosen.results = results.map(sourceOf);
      chosen.assigned = assigned.map(sourceOf);
    },

    finish() {
      const program = {
        inputs: known.arguments.length + variables.length,
        constants,
        nodes: nodes.map((node) => ({
          ...node,
          inputs: node.inputs.map((input) => mapInput(input, numberOf)),
        })),
        results: chosen.results.map(numberOf),
        assigned: chosen.assigned.map(numberOf),
      };
      return { program, variables };
    },

    close() {
      for (const id of [...constants, ...held]) binding.deleteTensor(id);
    },
  };
}

function mapInput<TFrom extends number | Source, TTo extends number | Source>(
  input: TFrom | readonly TFrom[],
  map: (item: TFrom) => TTo,
): TTo | readonly TTo[] {
  return Array.isArray(input) ? input.map(map) : map(input as TFrom);
}

function isUniform(values: NativeValues): boolean {
  const [first] = values;
  for (const value of values) if (value !== first) return false;
  return true;
}
