/**
 * @file `node tools/buildWasm.mjs [--check]`: compiles the assembly/ of every package that has one into the
 * wasmBytes.ts of its sources; with --check only says whether these are what assembly/ compiles to.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const packages = fileURLToPath(new URL("../packages", import.meta.url));
const isCheck = process.argv[2] === "--check";

for (const name of readdirSync(packages)) {
  const root = join(packages, name);
  if (!existsSync(join(root, "assembly", "index.ts"))) continue;
  const target = outputOf(root);
  const source = await compile(root, target);
  if (!isCheck) writeFileSync(target, source);
  else if (readFileSync(target, "utf8") !== source) {
    process.exitCode = 1;
    console.error(`${relative(packages, target)} is not what its assembly/ compiles to`);
  }
}

/** The one wasmBytes.ts below src/. */
function outputOf(root) {
  const files = readdirSync(join(root, "src"), { recursive: true });
  const [file, ...others] = files.filter((path) => /(^|[/\\])wasmBytes\.ts$/.test(path));
  if (file !== undefined && others.length === 0) return join(root, "src", file);
  throw new Error(`buildWasm: expected one wasmBytes.ts below ${root}/src`);
}

/** The TypeScript that holds the module: SIMD, memory of its caller's, no place for data of its own. */
async function compile(root, target) {
  let bytes;
  const { error, stderr } = await asc.main(
    [
      ...["assembly/index.ts", "--outFile", "module.wasm", "--baseDir", root],
      ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"],
      ...["--importMemory", "--initialMemory", "0"],
    ],
    { writeFile: (_name, contents) => (bytes = contents) },
  );
  if (error !== null) throw new Error(`buildWasm: ${error.message}\n${stderr.toString()}`);
  const assembly = relative(dirname(target), join(root, "assembly"));
  return `/** Compiled from ${assembly} by tools/buildWasm.mjs, in base64. */
export const WASM_BYTES =
  "${Buffer.from(bytes).toString("base64")}";
`;
}
