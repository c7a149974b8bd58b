import { show } from "@apr-kit/contracts";
import { malformed } from "../malformed.ts";
import { latin1Bytes, NumpyArray, NumpyDtype, numpyArray, numpyScalar } from "./numpyObjects.ts";
import { PickleGlobal } from "./unpickle.ts";

/**
 * Makes the allow-list of what is data in anybody's pickle: builtin containers and NumPy's arrays and scalars.
 *
 * @param where the function that messages name
 * @returns globals by "module.name"; arrays come out as {@link NumpyArray}
 */
export function plainGlobals(where: string): Map<string, PickleGlobal> {
  const globals = new Map<string, PickleGlobal>();
  const allow = (name: string, call: (args: readonly unknown[]) => unknown) =>
    globals.set(name, new PickleGlobal(name, call));
  for (const name of ["collections.OrderedDict", "builtins.dict", "__builtin__.dict"]) {
    allow(name, (args) => {
      if (args.length === 0) return new Map();
      throw malformed(where, "dicts that start empty", "a dict made of arguments");
    });
  }
  for (const module of ["builtins", "__builtin__"]) {
    for (const name of ["set", "frozenset", "list", "tuple"]) {
      allow(`${module}.${name}`, ([items]) => items ?? []);
    }
    allow(`${module}.bytearray`, ([bytes]) => bytes ?? new Uint8Array(0));
  }
  allow("_codecs.encode", ([text, encoding]) => {
    if (typeof text === "string" && encoding === "latin1") return latin1Bytes(text, where);
    throw malformed(where, "bytes spelled in latin1", `${show(text)} in ${show(encoding)}`);
  });
  allow("numpy.dtype", ([code]) => new NumpyDtype(code, where));
  globals.set("numpy.ndarray", new PickleGlobal("numpy.ndarray")); // named by _reconstruct, not called
  for (const core of ["numpy.core", "numpy._core"]) {
    allow(`${core}.multiarray.scalar`, (args) => numpyScalar(where, args));
    allow(`${core}.multiarray._reconstruct`, () => new NumpyArray(where));
    allow(`${core}.numeric._frombuffer`, ([bytes, dtype, shape, order]) =>
      numpyArray(where, { shape, dtype, isFortran: order === "F", bytes }),
    );
  }
  return globals;
}
