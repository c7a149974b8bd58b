import { extname } from "node:path";
import { Worker } from "node:worker_threads";

/** What a thread does first when it runs from .ts files: threads do not inherit the loader. */
const LOAD_SOURCES = `
  const { workerData: { loader, entry } } = require("node:worker_threads");
  import(loader).then(({ register }) => register() && import(entry));
`;

/**
 * Starts a thread on a module of this folder, from the sources as from dist.
 *
 * @param name the module without its extension
 * @returns undefined where it cannot: no more threads, or .ts files without tsx, as in a test runner
 */
export function startThread(name: string, workerData: object): Worker | undefined {
  const extension = extname(import.meta.url); // .ts from the sources, .js from dist
  const entry = new URL(`./${name}${extension}`, import.meta.url);
  const isLoaderKnown = process.execArgv.some((flag) => /(^|[/=])tsx\b/.test(flag));
  if (extension === ".ts" && !isLoaderKnown) return undefined;
  try {
    if (extension === ".js") return new Worker(entry, { workerData });
    const loader = import.meta.resolve("tsx/esm/api");
    const data = { ...workerData, loader, entry: entry.href };
    return new Worker(LOAD_SOURCES, { eval: true, workerData: data });
  } catch {
    return undefined;
  }
}
