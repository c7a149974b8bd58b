import { show } from "@apr-kit/contracts";
import { malformed } from "./malformed.ts";
import { TensorReference } from "./torchGlobals.ts";

/** Under which key training scripts put the weights, in the order in which we look. */
const NESTING = [
  "state_dict",
  "model_state_dict",
  "model_state",
  "model",
  "net",
  "network",
  "weights",
  "ema",
  "model_ema",
  "state_dict_ema",
  "ema_state_dict",
];

/** Weights found in a checkpoint, and under which keys. */
export interface FoundStateDict {
  readonly tensors: ReadonlyMap<string, TensorReference>;
  readonly path: readonly string[];
}

/**
 * Finds the dict of tensors in what a checkpoint holds.
 *
 * @param key where to look instead of at the usual keys
 *
 * @throws {ValueError} if there is none; the message lists the keys that there are
 */
export function findStateDict(checkpoint: unknown, key?: string): FoundStateDict {
  if (key === undefined) return search(checkpoint, []);
  const chosen = checkpoint instanceof Map ? checkpoint.get(key) : undefined;
  if (chosen === undefined) {
    throw malformed(`a checkpoint with the key ${show(key)}`, keysOf(checkpoint));
  }
  return search(chosen, [key]);
}

function search(value: unknown, path: readonly string[]): FoundStateDict {
  if (value instanceof Map) {
    const tensors = tensorsOf(value);
    if (tensors.size > 0) return { tensors, path };
    // Each step down must be a dict, so that {"model": "wrn", "net": {...}} finds "net".
    const inner = NESTING.find((name) => value.get(name) instanceof Map);
    if (inner !== undefined && path.length < 3) return search(value.get(inner), [...path, inner]);
  }
  throw malformed("a state dict, perhaps under a usual key", keysOf(value));
}

function tensorsOf(dict: ReadonlyMap<unknown, unknown>): Map<string, TensorReference> {
  const tensors = new Map<string, TensorReference>();
  for (const [name, value] of dict) {
    if (value instanceof TensorReference && typeof name === "string") tensors.set(name, value);
  }
  return tensors;
}

function keysOf(value: unknown): string {
  return value instanceof Map ? `a dict of ${show([...value.keys()])}` : "something else";
}
