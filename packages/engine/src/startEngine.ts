import { availableParallelism } from "node:os";
import { SetupError, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { ENGINES, type EngineInfo, type EngineName, setEngineInfo } from "./engineInfo.ts";
import { launchCpu } from "./launch/launchCpu.ts";
import type { Launched } from "./launch/launched.ts";
import { launchTensorFlow } from "./launch/launchTensorFlow.ts";
import { launchWasm } from "./launch/launchWasm.ts";
import { registerOpKernels } from "./ops/registerOpKernels.ts";

export interface EngineOptions {
  /** Default "auto": the first of "tensorflow", "wasm", "cpu" that starts. */
  readonly engine?: EngineName | "auto";
  /** Threads for one operation; default all cores this process may use. Only TensorFlow has more than one. */
  readonly threads?: number;
}

/**
 * Starts an engine and makes it the one that all tensor operations of this process use.
 *
 * @returns what runs, and for "auto" why better engines do not
 *
 * Convention: never downloads or builds anything; `installEngine` does. May be called again to switch
 * engines: tensors of the former one stay readable. TensorFlow's threads belong to the process, so the
 * thread count of its first start holds.
 *
 * @throws {ValueError} if `engine` is unknown or `threads` is not a whole number ≥ 1
 * @throws {SetupError} if the engine that was asked for by name cannot start
 *
 * @example
 * const { engine, tried } = await startEngine();
 */
export async function startEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  const { engine = "auto", threads = availableParallelism() } = options;
  if (engine !== "auto" && !ENGINES.includes(engine)) {
    throw new ValueError("startEngine", {
      expected: `engine to be one of auto, ${ENGINES.join(", ")}`,
      actual: show(engine),
    });
  }
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw new ValueError("startEngine", {
      expected: "threads to be a whole number ≥ 1",
      actual: show(threads),
    });
  }
  if (engine !== "auto") return start(engine, threads, []);
  const tried: { engine: EngineName; reason: string }[] = [];
  for (const candidate of ENGINES) {
    try {
      return await start(candidate, threads, tried);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      tried.push({ engine: candidate, reason: `${error.problem}; ${error.remedy}` });
    }
  }
  const reasons = tried.map(({ engine: name, reason }) => `${name}: ${reason}`).join("; ");
  throw new SetupError("startEngine", `no engine starts (${reasons})`, "reinstall the package");
}

async function start(
  engine: EngineName,
  threads: number,
  tried: EngineInfo["tried"],
): Promise<EngineInfo> {
  const { caution, ...launched } = await launch(engine, threads);
  if (!(await tf.setBackend(engine))) {
    throw new SetupError("startEngine", `${engine} does not initialise`, "see the log above it");
  }
  registerOpKernels(); // again, because importing a backend puts its own kernels back
  const cautions = caution === undefined ? [] : [{ engine, reason: caution }];
  return setEngineInfo({ engine, ...launched, tried: [...tried, ...cautions] });
}

function launch(engine: EngineName, threads: number): Promise<Launched> {
  if (engine === "tensorflow") return launchTensorFlow(threads);
  return engine === "wasm" ? launchWasm() : launchCpu();
}
