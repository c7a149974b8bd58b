import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { engineInfo, startEngine } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";
import { summarise, type Timing } from "./measure.ts";

/** A rival's time for some planes, and for how many planes of which candidate it is scaled up. */
interface Part {
  readonly candidate: string;
  readonly planes: number;
  readonly of: number;
  readonly side: number;
}

// The rivals take seconds for all planes; each takes them one by one anyway.
const FOR_TFJS: readonly Part[] = [
  { candidate: "rfft2 384×32×32", planes: 8, of: 384, side: 32 },
  { candidate: "rfft2 192×224×224", planes: 1, of: 192, side: 224 },
];
const RUNS = 3;

/** TensorFlow.js's own transforms on its cpu backend; scaled up from a few planes. */
export async function tfjsPeer(): Promise<Record<string, Timing>> {
  const before = engineInfo();
  await startEngine({ engine: "cpu" });
  const timings = FOR_TFJS.map(({ candidate, planes, of, side }) => {
    const x = tf.randomUniform([planes, side, side], 0, 1, "float32", 1);
    const samples = Array.from({ length: RUNS }, () => {
      const start = performance.now();
      tf.tidy(() => {
        const rows = tf.spectral.rfft(x); // [planes, side, side/2 + 1]
        tf.imag(tf.spectral.fft(tf.transpose(rows, [0, 2, 1]))).dataSync();
      });
      return (performance.now() - start) * (of / planes);
    });
    x.dispose();
    return [candidate, summarise(samples)];
  });
  if (before !== undefined) await startEngine({ engine: before.engine, threads: before.threads });
  return Object.fromEntries(timings);
}

/** jax-js on wasm, where APR_PEER_JAX_JS names a folder that has it; the large planes scaled up from twelve. */
export function jaxPeer(): Record<string, Timing> {
  const { APR_PEER_JAX_JS: folder } = process.env;
  if (folder === undefined || folder === "") {
    console.error("bench: no figures of jax-js; set APR_PEER_JAX_JS to a folder with @jax-js/jax");
    return {};
  }
  const script = readFileSync(new URL("peers/jaxFft.mjs", import.meta.url), "utf8");
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: folder,
    encoding: "utf8",
  });
  const samples = JSON.parse(output) as Record<string, number[]>;
  const [small = [], large = []] = Object.values(samples);
  return {
    "rfft2 384×32×32": summarise(small),
    "rfft2 192×224×224": summarise(large.map((ms) => ms * (192 / 12))),
  };
}
