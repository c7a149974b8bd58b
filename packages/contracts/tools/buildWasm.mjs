/** @file `node tools/buildWasm.mjs`: compiles assembly/ into src/wasmBytes.ts; `--print` only prints it. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const compiler = new URL("../fft-core/node_modules/assemblyscript/dist/asc.js", root); // installed there only
const { default: asc } = await import(compiler.href);
const options = [
  ...["assembly/index.ts", "--outFile", "philox.wasm", "--baseDir", fileURLToPath(root)],
  ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"],
  ...["--importMemory", "--initialMemory", "0"], // no place for data of the module's own
];

const parts = [];
const { error, stderr } = await asc.main(options, {
  writeFile: (_name, contents) => parts.push(contents),
});
if (error !== null) throw new Error(`buildWasm: ${error.message}\n${stderr.toString()}`);

const source = `/** Compiled from ../assembly by tools/buildWasm.mjs, in base64. */
export const WASM_BYTES =
  "${Buffer.from(parts[0]).toString("base64")}";
`;
if (process.argv[2] === "--print") process.stdout.write(source);
else await writeFile(new URL("src/wasmBytes.ts", root), source);
