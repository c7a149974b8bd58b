import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SetupError } from "@apr-kit/contracts";
import { parityScript } from "@apr-kit/models";

/** A Python with PyTorch, or why there is none. */
export type PyTorch =
  | { readonly python: string; readonly version: string }
  | { readonly python: string; readonly reason: string };

/** Asks `python` for its PyTorch. Never throws: that none is there is an answer. */
export async function findPyTorch(python: string): Promise<PyTorch> {
  try {
    const version = await runCommand(python, [
      "-c",
      "import numpy, torch; print(torch.__version__)",
    ]);
    return { python, version: version.trim() };
  } catch (error) {
    return { python, reason: (error as Error).message };
  }
}

/** Lets PyTorch answer a request file; see the script for what both files hold. */
export async function askPyTorch(
  python: string,
  files: { readonly request: string; readonly response: string },
): Promise<void> {
  try {
    await runCommand(python, [fileURLToPath(parityScript), files.request, files.response]);
  } catch (cause) {
    throw new SetupError(
      "check",
      `PyTorch failed (${(cause as Error).message})`,
      "see whether it runs by itself",
      { cause },
    );
  }
}

/** Standard output of a process that ends well; its last line of complaint otherwise. */
export function runCommand(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk).slice(-4000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve(output);
      reject(new Error(complaint.trim().split("\n").at(-1) || `${command} ended with ${code}`));
    });
  });
}
