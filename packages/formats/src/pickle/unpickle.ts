import { show } from "@apr-kit/contracts";
import { type PickledStrings, PickleMachine } from "./pickleMachine.ts";

/** Something of an allow-list that a pickle may name, and perhaps apply to arguments. */
export class PickleGlobal {
  constructor(
    readonly name: string,
    /** What the pickle's call of it gives; nothing of Python runs. */
    readonly call?: (args: readonly unknown[]) => unknown,
  ) {}
}

/** A value that takes state after it is made. */
export interface TakesState {
  setState(state: unknown): void;
}

/** What a pickle may refer to, and how it is read. */
export interface UnpickleOptions {
  /** The function that messages name. */
  readonly where: string;
  /** Throws if the name is not allowed. */
  readonly global: (module: string, name: string) => PickleGlobal;
  /** Default: references to things outside the pickle are refused. */
  readonly persistent?: (id: unknown) => unknown;
  /** How the strings of Python 2 are read; default "utf8". */
  readonly strings?: PickledStrings;
}

/**
 * Reads a binary pickle (protocols 2 to 5) into plain values, executing nothing.
 *
 * @returns numbers, bigints, strings, booleans, null; bytes as Uint8Array, lists, tuples and sets as
 *          arrays, dicts as Maps; and what `global` and `persistent` give
 *
 * Convention: the opcodes of protocols 0 and 1 that spell values in text are refused, as are
 * extension registries and out-of-band buffers; no file of ours has them. State given to a dict is
 * dropped (PyTorch hangs `_metadata` on its state dicts).
 * Cost: linear in the size of the pickle, in time and memory.
 *
 * @throws {ValueError} if the pickle is malformed, cut off, or names what is not allowed
 *
 * @see CPython, Lib/pickletools.py, for the meaning of each opcode
 */
export function unpickle(
  pickle: Uint8Array,
  { where, global, persistent, strings = "utf8" }: UnpickleOptions,
): unknown {
  const machine = new PickleMachine(pickle, { where, strings });
  const resolvers = { global, persistent: persistent ?? refuse };
  function refuse(id: unknown): never {
    throw machine.malformed("no reference to things outside the pickle", show(id));
  }
  for (;;) {
    const opcode = machine.byte();
    if (opcode === STOP) return machine.pop();
    const run = opcodes[opcode];
    if (run === undefined) {
      throw machine.malformed(
        "opcodes of binary pickles",
        `0x${opcode.toString(16).padStart(2, "0")}`,
      );
    }
    run(machine, resolvers);
  }
}

const STOP = 0x2e;

type Resolvers = Required<Pick<UnpickleOptions, "global" | "persistent">>;

const opcodes: Readonly<Record<number, (machine: PickleMachine, resolvers: Resolvers) => void>> = {
  // Frame, stack and memo
  128: (m) => assertProtocol(m, m.byte()),
  149: (m) => void m.uint64(),
  40: (m) => m.mark(),
  48: (m) => void m.pop(),
  49: (m) => void m.popToMark(),
  50: (m) => m.push(m.top()),
  113: (m) => m.put(m.byte()),
  114: (m) => m.put(m.uint32()),
  148: (m) => m.put(m.memo.size),
  104: (m) => m.get(m.byte()),
  106: (m) => m.get(m.uint32()),

  // Atoms
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  74: (m) => m.push(m.int32()),
  75: (m) => m.push(m.byte()),
  77: (m) => m.push(m.uint16()),
  138: (m) => m.push(m.integer(m.byte())),
  139: (m) => m.push(m.integer(m.uint32())),
  71: (m) => m.push(m.float64()),
  66: (m) => m.push(m.bytes(m.uint32())),
  67: (m) => m.push(m.bytes(m.byte())),
  142: (m) => m.push(m.bytes(m.uint64())),
  150: (m) => m.push(m.bytes(m.uint64())),
  84: (m) => m.push(m.string(m.uint32())),
  85: (m) => m.push(m.string(m.byte())),
  88: (m) => m.push(m.text(m.uint32())),
  140: (m) => m.push(m.text(m.byte())),
  141: (m) => m.push(m.text(m.uint64())),

  // Containers
  41: (m) => m.push([]),
  93: (m) => m.push([]),
  143: (m) => m.push([]),
  116: (m) => m.push(m.popToMark()),
  108: (m) => m.push(m.popToMark()),
  145: (m) => m.push(m.popToMark()),
  133: (m) => m.push(popMany(m, 1)),
  134: (m) => m.push(popMany(m, 2)),
  135: (m) => m.push(popMany(m, 3)),
  97: (m) => extend(m, [m.pop()]),
  101: (m) => extend(m, m.popToMark()),
  144: (m) => extend(m, m.popToMark()),
  125: (m) => m.push(new Map()),
  100: (m) => {
    const items = m.popToMark();
    m.push(new Map());
    assign(m, items);
  },
  115: (m) => assign(m, popMany(m, 2)),
  117: (m) => assign(m, m.popToMark()),

  // What needs resolving
  99: (m, { global }) => m.push(global(m.line(), m.line())),
  147: (m, { global }) => {
    const [module, name] = popMany(m, 2);
    if (typeof module !== "string" || typeof name !== "string") {
      throw m.malformed("a global named by text", `${show(module)} and ${show(name)}`);
    }
    m.push(global(module, name));
  },
  81: (m, { persistent }) => m.push(persistent(m.pop())),
  82: (m) => m.push(apply(m, popMany(m, 2))),
  129: (m) => m.push(apply(m, popMany(m, 2))),
  98: (m) => {
    const state = m.pop();
    setState(m, state);
  },
};

function assertProtocol(machine: PickleMachine, protocol: number): void {
  if (protocol >= 2 && protocol <= 5) return;
  throw machine.malformed("a pickle of protocol 2 to 5", `protocol ${protocol}`);
}

function popMany(machine: PickleMachine, count: number): unknown[] {
  const values = new Array<unknown>(count);
  for (let i = count - 1; i >= 0; i--) values[i] = machine.pop();
  return values;
}

function extend(machine: PickleMachine, items: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw machine.malformed("a list to append to", describeValue(list));
  for (const item of items) list.push(item);
}

function assign(machine: PickleMachine, items: readonly unknown[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map))
    throw machine.malformed("a dict to set items of", describeValue(dict));
  if (items.length % 2 !== 0)
    throw machine.malformed("keys and values in pairs", "a key without a value");
  for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
}

function apply(machine: PickleMachine, [callee, args]: readonly unknown[]): unknown {
  if (!(callee instanceof PickleGlobal) || callee.call === undefined || !Array.isArray(args)) {
    const name = callee instanceof PickleGlobal ? callee.name : describeValue(callee);
    throw machine.malformed("a call of a function of the allow-list", `a call of ${name}`);
  }
  return callee.call(args);
}

function setState(machine: PickleMachine, state: unknown): void {
  const value = machine.top();
  if (value instanceof Map) return;
  if (typeof value === "object" && value !== null && "setState" in value) {
    (value as TakesState).setState(state);
    return;
  }
  throw machine.malformed("state for values that take it", `state for ${describeValue(value)}`);
}

function describeValue(value: unknown): string {
  if (value instanceof Map) return "a dict";
  return Array.isArray(value) ? "a list" : show(value);
}
