import { createRequire } from "node:module";

/**
 * Gives `node:util` back two functions that Node 23 removed and tfjs 4.22 still calls.
 *
 * Must run before tfjs-node-gpu's modules are loaded. Does nothing where the functions exist.
 */
export function shimNode(): void {
  const util: Record<string, unknown> = createRequire(import.meta.url)("node:util");
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
