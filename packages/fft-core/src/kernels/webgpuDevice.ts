import { type DataType, env, type TensorInfo, util } from "@tensorflow/tfjs-core";

/** A compute shader of one entry point `main`. Bound: the tensors of the call, the table, the numbers of the call. */
export interface Program {
  readonly code: string;
  /** Constants of the shader, as pairs of float32. */
  readonly table?: Float32Array;
}

/** One run of a program. */
export interface Run {
  /** Names the program among all. */
  readonly key: string;
  readonly makeProgram: () => Program;
  readonly tensors: readonly TensorInfo[];
  readonly groups: number;
  /** What differs from run to run, so that the program need not. */
  readonly scale?: number;
}

/** The part of the WebGPU API in use; its types come with browsers, which this package does not assume. */
interface Device {
  readonly limits: { readonly maxComputeWorkgroupStorageSize: number };
  readonly queue: { writeBuffer(buffer: object, offset: number, data: Float32Array): void };
  createBuffer(descriptor: { size: number; usage: number }): object;
  createShaderModule(descriptor: { code: string }): object;
  createComputePipeline(descriptor: object): Pipeline;
  createBindGroup(descriptor: object): object;
}

interface Pipeline {
  getBindGroupLayout(group: number): object;
}

interface ComputePass {
  setPipeline(pipeline: Pipeline): void;
  setBindGroup(group: number, bindings: object): void;
  dispatchWorkgroups(x: number, y: number): void;
}

/** What the kernels use of tfjs's webgpu backend. */
export interface WebGpuBackend {
  readonly device: Device;
  readonly tensorMap: { get(dataId: object): { readonly resource?: object } };
  readonly commandQueueOwnedIds: { add(dataId: object): void };
  readonly commandEncoder: { beginComputePass(): ComputePass };
  computePassEncoder: ComputePass | null;
  dispatchCountInPass: number;
  makeTensorInfo(shape: number[], dtype: DataType, values?: Float32Array | Int32Array): TensorInfo;
  disposeData(dataId: object): void;
  uploadToGPU(dataId: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const STORAGE = 0x80; // GPUBufferUsage.STORAGE
const COPY_DST = 0x08; // GPUBufferUsage.COPY_DST
const MOST_GROUPS = 65_535; // along one side of a dispatch: the smallest limit that WebGPU allows

interface Compiled {
  readonly pipeline: Pipeline;
  readonly table: object | undefined;
}

const compiled = new WeakMap<Device, Map<string, Compiled>>();
const scales = new WeakMap<Device, Map<number, object>>();

/** New float32 tensor on the device. */
export function makeOutput(backend: WebGpuBackend, shape: readonly number[]): TensorInfo {
  const isEmpty = util.sizeFromShape([...shape]) === 0;
  return backend.makeTensorInfo([...shape], "float32", isEmpty ? new Float32Array(0) : undefined);
}

/** Records a run among those of TensorFlow.js. */
export function dispatch(backend: WebGpuBackend, run: Run): void {
  const { tensors, groups, scale } = run;
  if (groups === 0) return;
  const { device } = backend;
  const { pipeline, table } = compile(device, run);
  for (const { dataId } of tensors) {
    backend.uploadToGPU(dataId);
    backend.commandQueueOwnedIds.add(dataId); // stays until the commands are submitted
  }
  const buffers = [
    ...tensors.map(({ dataId, shape }) => ({
      buffer: backend.tensorMap.get(dataId).resource,
      size: 4 * util.sizeFromShape(shape), // what arrayLength tells the shader
    })),
    ...(table === undefined ? [] : [{ buffer: table }]),
    ...(scale === undefined ? [] : [{ buffer: scaleBuffer(device, scale) }]),
  ];
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((resource, binding) => ({ binding, resource })),
  });
  backend.ensureCommandEncoderReady();
  backend.computePassEncoder ??= backend.commandEncoder.beginComputePass();
  backend.computePassEncoder.setPipeline(pipeline);
  backend.computePassEncoder.setBindGroup(0, bindings);
  const rows = Math.ceil(groups / MOST_GROUPS);
  backend.computePassEncoder.dispatchWorkgroups(Math.ceil(groups / rows), rows);
  backend.dispatchCountInPass++;
  if (backend.dispatchCountInPass >= env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** Few different ones occur. */
function scaleBuffer(device: Device, scale: number): object {
  const known = scales.get(device) ?? new Map<number, object>();
  scales.set(device, known);
  const buffer = known.get(scale) ?? upload(device, Float32Array.of(scale));
  known.set(scale, buffer);
  return buffer;
}

function compile(device: Device, { key, makeProgram }: Run): Compiled {
  const known = compiled.get(device) ?? new Map<string, Compiled>();
  compiled.set(device, known);
  const made = known.get(key);
  if (made !== undefined) return made;
  const { code, table } = makeProgram();
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
  const fresh = { pipeline, table: table && upload(device, table) };
  known.set(key, fresh);
  return fresh;
}

function upload(device: Device, values: Float32Array): object {
  const buffer = device.createBuffer({ size: values.byteLength, usage: STORAGE | COPY_DST });
  device.queue.writeBuffer(buffer, 0, values);
  return buffer;
}
