import * as tf from "@tensorflow/tfjs-core";
import { timeKernels } from "./timeKernels.ts";

/** One step, by kernel. */
export interface StepProfile {
  /** Median of the step without clocks. */
  readonly stepMs: number;
  /** Time within TensorFlow: kernels, uploads, the read-back, frees. Absent on other engines. */
  readonly nativeMs?: number;
  /** The rest of the step: JavaScript and the way into the addon and back. */
  readonly javaScriptMs?: number;
  /** The least of all steps: the median holds what other programs took from this thread, too. */
  readonly leastJavaScriptMs?: number;
  /** Largest share first. Absent from a traced step, which runs none. */
  readonly kernels?: readonly KernelShare[];
}

export interface KernelShare {
  readonly kernel: string;
  readonly calls: number;
  readonly ms: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
  /** Of all kernels' processor time. */
  readonly share: number;
  /** Of convolutions: 10⁹ multiplications and additions a second. */
  readonly gigaflops?: number;
}

const LEAST_STEPS = 5;
const LEAST_MS = 4000; // V8 has compiled what a step runs by then

/** Runs a step for some seconds without and as long with clocks; medians of times, kernel by kernel. */
export function profileStep(step: () => unknown): StepProfile {
  repeat(step);
  const stepMs = median(repeat(() => elapsedMs(step)));
  const clocks = timeKernels();
  try {
    const samples = repeat(() => {
      clocks.reset();
      const wholeMs = elapsedMs(step);
      return { wholeMs, nativeMs: clocks.nativeMs(), uses: new Map(clocks.uses()) };
    });
    const names = [...new Set(samples.flatMap(({ uses }) => [...uses.keys()]))];
    const rows = names.map((kernel) => {
      const uses = samples.flatMap((sample) => sample.uses.get(kernel) ?? []);
      const { calls, operations } = uses[0]!; // the same in each step
      const ms = median(uses.map((use) => use.ms));
      return { kernel, calls, operations, ms, cpuMs: median(uses.map((use) => use.cpuMs)) };
    });
    const allMs = rows.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
    const kernels = rows
      .sort((a, b) => b.cpuMs - a.cpuMs)
      .map(({ operations, ms, cpuMs, ...row }) => ({
        ...row,
        ms: round(ms),
        cpuMs: round(cpuMs),
        share: round(cpuMs / allMs, 3),
        ...(operations > 0 ? { gigaflops: round(operations / ms / 1e6, 1) } : {}),
      }));
    if (tf.getBackend() !== "tensorflow") return { stepMs: round(stepMs), kernels };
    const javaScriptMs = samples.map(({ wholeMs, nativeMs }) => wholeMs - nativeMs);
    return {
      stepMs: round(stepMs),
      nativeMs: round(median(samples.map(({ nativeMs }) => nativeMs))),
      javaScriptMs: round(median(javaScriptMs)),
      leastJavaScriptMs: round(Math.min(...javaScriptMs)),
      ...(kernels.length > 0 && { kernels }),
    };
  } finally {
    clocks.stop();
  }
}

function repeat<TSample>(sample: () => TSample): TSample[] {
  const samples: TSample[] = [];
  const start = performance.now();
  while (samples.length < LEAST_STEPS || performance.now() - start < LEAST_MS) {
    samples.push(sample());
  }
  return samples;
}

function elapsedMs(task: () => unknown): number {
  const start = performance.now();
  task();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
