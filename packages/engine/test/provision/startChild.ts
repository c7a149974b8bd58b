import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when the child has printed `text`. */
  readonly said: (text: string) => Promise<void>;
  /** Resolves with all that it printed, when it has ended. */
  readonly ended: Promise<string>;
}

/** Runs test/provision/children/<name>.ts in a process of its own. */
export function startChild(name: string, args: readonly string[]): Child {
  const script = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
  const root = fileURLToPath(new URL("../../../..", import.meta.url)); // where tsx is installed
  const flags = ["--conditions=@apr-kit/source", "--import", "tsx"];
  const child = spawn(process.execPath, [...flags, script, ...args], {
    cwd: root,
    env: process.env,
  });
  let output = "";
  const listeners = new Set<() => void>();
  const onText = (text: Buffer) => {
    output += text;
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", onText);
  child.stderr.on("data", onText);
  const ended = once(child, "close").then(() => output);
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (output.includes(text)) resolve();
      };
      listeners.add(look);
      look();
      ended.then(
        () => reject(new Error(`${name} ended without saying ${text}: ${output}`)),
        reject,
      );
    });
  return { process: child, said, ended };
}
