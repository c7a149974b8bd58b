import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { CorruptionName, Severity } from "../src/index.ts";

/** One recorded run of the reference generator. */
export interface GoldenCell {
  readonly name: CorruptionName;
  readonly severity: Severity;
  readonly draws: Float64Array;
  readonly output: Uint8Array;
}

/** The input image and every recorded cell of one golden directory; see its README for the layout. */
export interface Golden {
  readonly side: number;
  readonly input: Uint8Array;
  readonly cells: readonly GoldenCell[];
}

interface GoldenIndex {
  readonly side: number;
  readonly cells: readonly {
    readonly name: CorruptionName;
    readonly severity: Severity;
    readonly draws: number;
  }[];
}

export function readGolden(directory: "cifar10" | "tinyImageNet"): Golden {
  const root = new URL(`./golden/${directory}/`, import.meta.url);
  const unpack = (file: string) => new Uint8Array(gunzipSync(readFileSync(new URL(file, root))));
  const index: GoldenIndex = JSON.parse(readFileSync(new URL("index.json", root), "utf8"));
  const { side } = index;
  const size = side * side * 3;
  const files = new Map<
    string,
    { outputs: Uint8Array; draws: Float64Array; cell: number; draw: number }
  >();
  const cells = index.cells.map(({ name, severity, draws }) => {
    const file = files.get(name) ?? {
      outputs: unpack(`${name}.out.u8.gz`),
      draws: draws === 0 ? new Float64Array(0) : numbersOf(unpack(`${name}.draws.f64.gz`)),
      cell: 0,
      draw: 0,
    };
    files.set(name, file);
    const output = file.outputs.subarray(file.cell * size, (file.cell + 1) * size);
    const numbers = file.draws.subarray(file.draw, file.draw + draws);
    file.cell += 1;
    file.draw += draws;
    return { name, severity, draws: numbers, output };
  });
  return { side, input: unpack("input.u8.gz"), cells };
}

/** Little-endian float64; copied, because the bytes may start anywhere in a pool. */
function numbersOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer);
}
