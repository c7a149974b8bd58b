/**
 * @file Times jax-js's wasm backend on the planes of `pnpm bench fft`, and prints { candidate: samples in ms }.
 *
 * Evaluated in the folder that APR_PEER_JAX_JS names, where @jax-js/jax is installed.
 */
import { defaultDevice, init, numpy } from "@jax-js/jax";

const RUNS = 5;

await init("wasm");
defaultDevice("wasm");
const results = {};
for (const [name, planes, side] of [
  ["rfft2 384×32×32", 384, 32],
  ["rfft2 12×224×224", 12, 224],
]) {
  const values = Float32Array.from({ length: planes * side * side }, Math.random);
  const x = numpy.array(values).reshape([planes, side, side]);
  results[name] = [];
  for (let run = -1; run < RUNS; run++) {
    const start = performance.now();
    const spectrum = numpy.fft.rfft2(x.ref);
    spectrum.real.dispose();
    await spectrum.imag.data();
    if (run >= 0) results[name].push(performance.now() - start);
  }
}
process.stdout.write(JSON.stringify(results));
