import { createRequire } from "node:module";

/**
 * Gives `node:util` two functions that tfjs 4.22 calls: Node 23 removed one, older versions warn about both.
 *
 * Must run before tfjs-node-gpu's modules are loaded.
 */
export function shimNode(): void {
  const util: Record<string, unknown> = createRequire(import.meta.url)("node:util");
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
