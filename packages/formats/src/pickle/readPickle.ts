import { show } from "@apr-kit/contracts";
import { malformed } from "../malformed.ts";
import { NumpyArray } from "./numpyObjects.ts";
import type { PickledStrings } from "./pickleMachine.ts";
import { plainGlobals } from "./plainGlobals.ts";
import { unpickle } from "./unpickle.ts";

export interface ReadPickleOptions {
  /** How the strings of Python 2 are read; "latin1" keeps every byte. Default "utf8". */
  readonly strings?: PickledStrings;
}

/** What a pickle of data holds; arrays are NumericArrays. */
export type PickledDict = ReadonlyMap<unknown, unknown>;

/**
 * Reads a pickled dict of plain data and NumPy arrays, such as a batch of CIFAR, executing nothing.
 *
 * @returns the dict; arrays among its values are NumericArrays, row-major
 *
 * Convention: protocols 2 to 5. Anything that is not a builtin container or a NumPy array or scalar of
 * numbers is an error that names it.
 *
 * @throws {ValueError} if the pickle is malformed, cut off, no dict, or names what is not allowed
 * @example
 * const batch = readPickle(await readFile("data_batch_1"), { strings: "latin1" });
 * batch.get("data"); // { type: "uint8", shape: [10000, 3072], data: Uint8Array }
 */
export function readPickle(
  bytes: Uint8Array,
  { strings = "utf8" }: ReadPickleOptions = {},
): PickledDict {
  const allowed = plainGlobals("readPickle");
  const root = unpickle(bytes, {
    where: "readPickle",
    strings,
    global: (module, name) => {
      const found = allowed.get(`${module}.${name}`);
      if (found !== undefined) return found;
      throw malformed(
        "readPickle",
        "numbers, text, plain containers and NumPy arrays",
        `the global ${show(`${module}.${name}`)}, which is not on the allow-list`,
      );
    },
  });
  if (!(root instanceof Map)) throw malformed("readPickle", "a dict", show(root));
  const dict = new Map<unknown, unknown>();
  for (const [key, value] of root) {
    dict.set(key, value instanceof NumpyArray ? value.array : value);
  }
  return dict;
}
