import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What a candidate took in the peer's own process. */
export interface PeerTimes {
  readonly ms: number;
  /** Summed over threads. */
  readonly cpuMs: number;
}

/** A process of another library that runs the same work on request. */
export interface Peer {
  /** Its library and version. */
  readonly name: string;
  /** Runs one candidate by name. */
  run<TAnswer = unknown>(candidate: string): Promise<PeerTimes & TAnswer>;
  stop(): void;
}

/**
 * Starts benchmarks/peers/`script` with the Python named by APR_PEER_PYTHON.
 *
 * @returns undefined, with a notice on stderr, if the variable is not set
 */
export async function startPeer(
  script: string,
  args: readonly string[],
): Promise<Peer | undefined> {
  const python = process.env.APR_PEER_PYTHON;
  if (python === undefined || python === "") {
    console.error("bench: no peer figures; set APR_PEER_PYTHON to a Python with torch");
    return undefined;
  }
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const child = spawn(python, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "exit").then(([code]): never => {
    throw new Error(`bench: the peer ${path} ended with status ${code}`);
  });
  ended.catch(() => undefined); // `answer` reports it
  const answer = async <TAnswer>() => {
    const line = await Promise.race([lines.next(), ended]);
    if (line.done === true) return ended;
    return JSON.parse(line.value) as TAnswer;
  };
  const { peer } = await answer<{ peer: string }>();
  return {
    name: peer,
    run(candidate) {
      child.stdin.write(`${candidate}\n`);
      return answer();
    },
    stop: () => child.stdin.end(),
  };
}
