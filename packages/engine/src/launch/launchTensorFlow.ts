import { dirname, join } from "node:path";
import { SetupError } from "@apr-kit/contracts";
import { findAddon } from "../provision/findAddon.ts";
import type { TensorFlowBuild } from "../provision/tensorFlowBuild.ts";
import { loadBinding } from "../tensorflow/loadBinding.ts";
import {
  registerTensorFlowBackend,
  type TensorFlowOptions,
} from "../tensorflow/registerTensorFlowBackend.ts";
import type { NodeTensorFlowBackend } from "../tensorflow/tensorFlowBackend.ts";
import type { Launched } from "./launched.ts";

let firstThreads: number | undefined;

/**
 * Loads TensorFlow from the cache and registers the backend "tensorflow".
 *
 * @throws {SetupError} if it is not installed, is damaged, or does not load
 */
export async function launchTensorFlow(threads: number): Promise<Launched> {
  const { file, tensorFlow } = await findAddon().catch((error: unknown) => {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError("startEngine", `tensorflow cannot start: ${error.problem}`, error.remedy);
  });
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // 0 all, 1 no info, 2 no warnings, 3 no errors
  const hasCuda = tensorFlow.variant === "cuda";
  if (hasCuda) process.env.XLA_FLAGS ??= `--xla_gpu_cuda_data_dir=${cudaTools(tensorFlow)}`;
  const options = { addonPath: file, threads, ...(hasCuda && { allowGrowth: true }) };
  const { binding } = register(options);
  firstThreads ??= threads;
  const devices = binding.listDevices().map(({ name }) => shortName(name));
  const source = tensorFlow.directory;
  const { version } = loadBinding(file);
  const launched = { version, threads: firstThreads, devices, source };
  const isWithoutGpu = hasCuda && !devices.some((device) => device.startsWith("GPU"));
  return isWithoutGpu ? { ...launched, caution: gpuAdvice(tensorFlow) } : launched;
}

function register(options: TensorFlowOptions): NodeTensorFlowBackend {
  try {
    return registerTensorFlowBackend(options);
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const problem = `tensorflow cannot start: ${error instanceof Error ? error.message : error}`;
    throw new SetupError("startEngine", problem, 'use the engine "wasm"', { cause: error });
  }
}

/** "/job:localhost/replica:0/task:0/device:GPU:0" → "GPU:0". */
function shortName(device: string): string {
  return device.replace(/^.*device:/, "");
}

/** Where XLA finds ptxas and libdevice. */
function cudaTools({ directory }: TensorFlowBuild): string {
  return join(directory, "nvidia", "cuda_nvcc");
}

function gpuAdvice({ directory, cudaLibraries }: TensorFlowBuild): string {
  const folders = new Set(cudaLibraries.map((library) => join(directory, dirname(library))));
  const paths = Array.from(folders).join(":");
  return `TensorFlow sees no GPU and runs on the CPU; try again with LD_LIBRARY_PATH=${paths}`;
}
