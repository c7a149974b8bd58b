/** @file `node tools/buildWasm.mjs`: compiles assembly/ into src/kernels/wasmBytes.ts; `--print` only prints it. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = new URL("../", import.meta.url);
const options = [
  ...["assembly/index.ts", "--outFile", "kernels.wasm", "--baseDir", fileURLToPath(root)],
  ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"],
  ...["--importMemory", "--initialMemory", "0"], // the memory is the backend's, with no place for data
];

const parts = [];
const { error, stderr } = await asc.main(options, {
  writeFile: (_name, contents) => parts.push(contents),
});
if (error !== null) throw new Error(`buildWasm: ${error.message}\n${stderr.toString()}`);

const source = `/** Compiled from ../../assembly by tools/buildWasm.mjs, in base64. */
export const WASM_BYTES =
  "${Buffer.from(parts[0]).toString("base64")}";
`;
if (process.argv[2] === "--print") process.stdout.write(source);
else await writeFile(new URL("src/kernels/wasmBytes.ts", root), source);
