import type { NodeTensorFlowBackend } from "@apr-kit/engine";
import * as tf from "@tensorflow/tfjs-core";

/** What one kernel took, the kernels that it calls included. */
export interface KernelUse {
  readonly calls: number;
  readonly ms: number;
  /** Processor time of all threads: what is left of a timing on a busy machine. */
  readonly cpuMs: number;
  /** Multiplications and additions of convolutions; 0 for other kernels. */
  readonly operations: number;
}

/** Clocks around every kernel of the current backend; `stop` takes them off. */
export interface KernelClocks {
  /** By the tfjs name of the outermost kernel, since the last reset. */
  uses(): Map<string, KernelUse>;
  /** Time within TensorFlow since the last reset: kernels, uploads, read-backs and frees. */
  nativeMs(): number;
  reset(): void;
  stop(): void;
}

/**
 * Puts clocks around the kernels of the current backend, and around the addon's calls on "tensorflow".
 *
 * Convention: eager operations on a CPU end before their call returns, so a kernel's wall time is its work. On a
 * GPU that would be the time of queueing it.
 */
export function timeKernels(): KernelClocks {
  const backendName = tf.getBackend();
  const native = timeAddon();
  const uses = new Map<string, { -readonly [K in keyof KernelUse]: KernelUse[K] }>();
  const originals = tf.getKernelsForBackend(backendName);
  let depth = 0;
  const replace = (kernel: tf.KernelConfig) => {
    tf.unregisterKernel(kernel.kernelName, backendName);
    tf.registerKernel(kernel);
  };
  for (const kernel of originals) {
    const kernelFunc: tf.KernelFunc = (args) => {
      if (depth > 0) return kernel.kernelFunc(args);
      depth++;
      const cpuStart = process.cpuUsage();
      const start = performance.now();
      try {
        const outputs = kernel.kernelFunc(args);
        const use = uses.get(kernel.kernelName) ?? { calls: 0, ms: 0, cpuMs: 0, operations: 0 };
        uses.set(kernel.kernelName, use);
        use.calls++;
        use.ms += performance.now() - start;
        const { user, system } = process.cpuUsage(cpuStart);
        use.cpuMs += (user + system) / 1000;
        use.operations += convolutionOperations(args, outputs);
        return outputs;
      } finally {
        depth--;
      }
    };
    replace({ ...kernel, kernelFunc });
  }
  return {
    uses: () => uses,
    nativeMs: native.ms,
    reset() {
      uses.clear();
      native.reset();
    },
    stop() {
      originals.forEach(replace);
      native.stop();
    },
  };
}

/** 2 · (positions of the output) · (taps and channels that each sums over), of anything with a filter. */
function convolutionOperations(
  { inputs, attrs }: Parameters<tf.KernelFunc>[0],
  outputs: tf.TensorInfo | tf.TensorInfo[],
): number {
  const { filterShape = inputs.filter?.shape } = (attrs ?? {}) as { filterShape?: number[] };
  if (filterShape?.length !== 4) return 0;
  const [height, width, inGroup] = filterShape as [number, number, number, number];
  const result = inputs.dy ?? (Array.isArray(outputs) ? outputs[0] : outputs);
  return 2 * tf.util.sizeFromShape(result?.shape ?? [0]) * height * width * inGroup;
}

const ADDON_CALLS = [
  "executeFrame",
  "executeOp",
  "runProgram",
  "shareTensor",
  "createTensor",
  "readTensor",
  "tensorDataSync",
  "deleteTensor",
] as const;

/** A clock that runs while one of the addon's calls does; always 0 on other engines. */
function timeAddon() {
  let ms = 0;
  const backend = tf.backend() as Partial<NodeTensorFlowBackend>;
  const binding = (backend.binding ?? {}) as Record<string, (...args: unknown[]) => unknown>;
  const originals = ADDON_CALLS.filter((name) => name in binding).map((name) => ({
    name,
    call: binding[name]!,
  }));
  for (const { name, call } of originals) {
    binding[name] = (...args) => {
      const start = performance.now();
      try {
        return call.apply(binding, args);
      } finally {
        ms += performance.now() - start;
      }
    };
  }
  return {
    ms: () => ms,
    reset() {
      ms = 0;
    },
    stop() {
      for (const { name, call } of originals) binding[name] = call;
    },
  };
}
