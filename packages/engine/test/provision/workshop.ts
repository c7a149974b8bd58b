/** @file A machine as the tests want it: an empty cache, a PATH with chosen programs, a pip that copies. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach } from "@jest/globals";
import { findProgram } from "../../src/provision/findProgram.ts";
import { writeWheel } from "./writeWheel.ts";

export interface Workshop {
  readonly folder: string;
  /** $APR_CACHE/engine. */
  readonly engine: string;
  /** The only folder on PATH, until `useSystemPrograms`. */
  readonly programs: string;
  /** Puts a shell script on PATH. */
  readonly script: (name: string, body: string) => void;
  /** A python3 whose pip copies `wheels` (paths) to where they are asked for. */
  readonly fakePip: (...wheels: string[]) => void;
  /** How often pip was asked to download. */
  readonly pipCalls: () => string[];
  readonly useSystemPrograms: () => Promise<void>;
}

const native = fileURLToPath(new URL("./tinyNative", import.meta.url));

/** Sets up a workshop before each test and restores the environment after it. */
export function useWorkshop(): () => Workshop {
  const saved = { ...process.env };
  let current: Workshop;
  beforeEach(() => {
    current = openWorkshop(saved.PATH ?? "");
  });
  afterEach(() => {
    for (const name of ["PATH", "APR_CACHE", "APR_TENSORFLOW", "PYTHON"]) {
      const value = saved[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(current.folder, { recursive: true, force: true });
  });
  return () => current;
}

/** A writable copy of the tiny addon's sources. */
export function tinyNative({ folder }: Workshop): string {
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true });
  return copy;
}

/** A small wheel that looks like TensorFlow's. */
export function tensorFlowWheel(
  { folder }: Workshop,
  { name = "tensorflow_cpu", library = "the library", metadata = "" } = {},
): string {
  const wheel = join(folder, `${name}-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl`);
  writeWheel(wheel, `${name}-2.21.0`, {
    "tensorflow/libtensorflow_cc.so.2": library,
    "tensorflow/libtensorflow_framework.so.2": "the framework",
    "tensorflow/include/tensorflow/c/c_api.h": "// C API",
    "tensorflow/include/LICENSE": "Apache",
    "tensorflow/python/unwanted.py": "import this",
    [`${name}-2.21.0.dist-info/METADATA`]: metadata,
  });
  return wheel;
}

function openWorkshop(systemPath: string): Workshop {
  const folder = mkdtempSync(join(tmpdir(), "apr-engine-test-"));
  const programs = join(folder, "bin");
  const calls = join(folder, "pip.calls");
  mkdirSync(programs);
  process.env.PATH = programs;
  process.env.APR_CACHE = join(folder, "cache");
  delete process.env.APR_TENSORFLOW;
  delete process.env.PYTHON;
  const script = (name: string, body: string) => {
    writeFileSync(join(programs, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  return {
    folder,
    engine: join(folder, "cache", "engine"),
    programs,
    script,
    fakePip: (...wheels) =>
      script(
        "python3",
        `[ "$3" = --version ] && exit 0
echo "$@" >> ${calls}
while [ "$1" != --dest ]; do shift; done
dest="$2"
for wheel in ${wheels.join(" ")}; do
  stem=$(basename "$wheel" | cut -d- -f1 | tr _ -)
  case "$*" in *"$stem"*) cp "$wheel" "$dest"/ ;; esac
done`,
      ),
    pipCalls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []),
    useSystemPrograms: async () => {
      process.env.PATH = systemPath;
      for (const name of ["make", "g++", "gcc", "cc", "ar", "ld", "as"]) {
        const program = await findProgram([name]);
        if (program !== undefined) symlinkSync(program, join(programs, name));
      }
      const python = await findProgram(["python3", "python"]);
      if (python !== undefined) process.env.PYTHON = python;
      process.env.PATH = `${programs}:${systemPath}`;
    },
  };
}

/** All files below a folder, sorted, relative to it. */
export function tree(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}
