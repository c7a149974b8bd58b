import { bytesField, mapField, stringField, varintField } from "./protobuf.ts";

/** How TensorFlow is to run; what is left out is TensorFlow's own default. */
export interface TensorFlowConfig {
  /** Threads that share the work of one operation. */
  readonly threads?: number;
  /** Operations that run at the same time, inside functions. */
  readonly interOpThreads?: number;
  /** false hides all GPUs. */
  readonly gpu?: boolean;
  /** Takes GPU memory as needed, instead of nearly all of it at once. */
  readonly allowGrowth?: boolean;
  /** The device that coordinates collective operations, as "/job:worker/replica:0/task:0". */
  readonly collectiveLeader?: string;
}

/**
 * Encodes a tensorflow.ConfigProto.
 *
 * @returns the serialized message; empty for an empty config
 *
 * Convention: TensorFlow's CPU threads belong to the process, so the thread counts of the first context hold.
 *
 * @see tensorflow/core/protobuf/config.proto for the field numbers
 */
export function configProto(config: TensorFlowConfig = {}): Uint8Array {
  const { threads, interOpThreads, gpu, allowGrowth, collectiveLeader } = config;
  return Uint8Array.from([
    ...(gpu === false ? mapField(1, stringField(1, "GPU"), varintField(2, 0)) : []),
    ...(threads === undefined ? [] : varintField(2, threads)),
    ...(interOpThreads === undefined ? [] : varintField(5, interOpThreads)),
    ...(allowGrowth === undefined ? [] : bytesField(6, varintField(4, allowGrowth))),
    ...(collectiveLeader === undefined ? [] : bytesField(16, stringField(1, collectiveLeader))),
  ]);
}
