import { ShapeError, ValueError } from "@apr-kit/contracts";
import type { ParameterSpec } from "./model.ts";

const SHOWN = 5;

/**
 * Throws unless `given` has exactly the names of `specs`, each with its shape.
 *
 * @param expectedShape which shape a spec stands for; that of the spec itself by default
 */
export function assertParameters(
  where: string,
  specs: readonly ParameterSpec[],
  given: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  expectedShape: (spec: ParameterSpec) => readonly number[] = ({ shape }) => shape,
): void {
  assertNames(where, specs, given);
  for (const spec of specs) {
    const expected = expectedShape(spec).join(", ");
    const actual = given.get(spec.name)?.shape.join(", ");
    if (actual === expected) continue;
    throw new ShapeError(where, {
      expected: `${spec.name} of shape [${expected}]`,
      actual: `[${actual}]`,
    });
  }
}

function assertNames(
  where: string,
  specs: readonly ParameterSpec[],
  given: ReadonlyMap<string, unknown>,
): void {
  const missing = specs.filter(({ name }) => !given.has(name)).map(({ name }) => name);
  if (missing.length === 0 && given.size === specs.length) return;
  const known = new Set(specs.map(({ name }) => name));
  const unexpected = [...given.keys()].filter((name) => !known.has(name));
  throw new ValueError(where, {
    expected: `exactly the ${specs.length} parameters of the model`,
    actual: `${given.size}: missing ${listNames(missing)}; unexpected ${listNames(unexpected)}`,
  });
}

/** Names in a line of a message, the first few of many. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return names.slice(0, SHOWN).join(", ") + more;
}
