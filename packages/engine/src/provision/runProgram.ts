import { spawn } from "node:child_process";

export interface ProgramResult {
  /** Exit code; -1 when it could not be started or was killed. */
  readonly code: number;
  /** The last 64 kB of both streams, in the order in which they came. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const KEPT_CHARACTERS = 64 * 1024;

/** Runs a program to its end without a shell and never throws for what the program does. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = process.env }: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (text: string) => {
      output = (output + text).slice(-KEPT_CHARACTERS);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", (error) => resolve({ code: -1, output: `${output}${error.message}` }));
    child.on("close", (code) => resolve({ code: code ?? -1, output }));
  });
}
