import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Registers tfjs's own gradients.
 *
 * In Node, importing tfjs-core registers none: its entry point leaves them out, and the file that lists them cannot
 * be loaded. The union package `@tensorflow/tfjs`, which tfjs-node-gpu brings along, registers them when it is loaded.
 */
export function loadStockGradients(): void {
  if (tf.getGradient(tf.Add) !== undefined) return;
  const own = createRequire(import.meta.url);
  createRequire(own.resolve("@tensorflow/tfjs-node-gpu/package.json"))("@tensorflow/tfjs");
}
