/** @file What the addon built from `native/` gives to JavaScript; its README says more. */

/** A typed array of a kind that the addon takes and returns; strings travel as arrays of bytes. */
export type NativeValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly (Uint8Array | string)[];

/** One attribute; `value` by `type` as in native/README.md, an array where TensorFlow wants a list. */
export interface NativeAttr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
  /** Only for `type` shape with an empty `value`: a list without shapes, not the shape of a scalar. */
  readonly list?: boolean;
}

/** One result of an operation. */
export interface NativeOutput {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** A device that TensorFlow sees. */
export interface Device {
  readonly name: string;
  /** "CPU", "GPU", ... */
  readonly type: string;
  readonly memoryBytes: number;
}

/** How to create a context; both protos are serialized tensorflow messages. */
export interface NativeContextOptions {
  readonly configProto?: Uint8Array;
  /** Turns on collective operations between the processes it names. */
  readonly serverDef?: Uint8Array;
  /** Queues operations on a thread of TensorFlow instead of running them before the call returns. */
  readonly asyncExecutor?: boolean;
}

/** An input: the id of a tensor, or an array of ids where the operation takes a list of tensors. */
export type NativeInput = number | readonly number[];

/** One operation of a program. Its inputs, and lists of them, are values by number. */
export interface NativeNode {
  readonly op: string;
  readonly attrs: readonly NativeAttr[];
  readonly inputs: readonly NativeInput[];
  /** As many as the operation has. */
  readonly outputs: number;
  readonly device?: string;
}

/** Recorded operations. Values are numbered: inputs, constants, then the outputs of the nodes in their order. */
export interface NativeProgram {
  readonly inputs: number;
  /** Ids; the program holds their tensors, so they may be deleted. */
  readonly constants: readonly number[];
  readonly nodes: readonly NativeNode[];
  readonly results: readonly number[];
  /** Values that take the place of tensors after a run. */
  readonly assigned: readonly number[];
}

type ExecuteArguments = [
  op: string,
  attrs: readonly NativeAttr[],
  inputs: readonly NativeInput[],
  /** At least as many as the operation has; 64 if left out. */
  numOutputs?: number,
  device?: string,
];

/** One TensorFlow eager context and its tensors; freed by garbage collection. */
export interface NativeContext {
  createTensor(shape: readonly number[], dataType: number, values: NativeValues): number;
  deleteTensor(id: number): void;
  /** Another id of the same tensor, which outlives the first; nothing is copied. */
  shareTensor(id: number): number;
  /** bfloat16 and float16 come as Float32Array, bool as Uint8Array, complex as pairs. */
  readTensor(id: number): NativeValues;
  /** The tensor's own bits. */
  readTensorBytes(id: number): Uint8Array;
  tensorDevice(id: number): string;
  /** Tensors that are held by ids, and as constants by programs. */
  countTensors(): number;
  executeOp(...args: ExecuteArguments): NativeOutput[];
  /** Runs on a pool thread, so that the event loop goes on. */
  executeOpAsync(...args: ExecuteArguments): Promise<NativeOutput[]>;
  /** The call that `executeFrame` runs, then its results; layout in native/src/frame.h. */
  readonly frame: Float64Array;
  executeFrame(): void;
  /** The number of a text in frames. */
  intern(text: string): number;
  /** Stores a program and gives its number. */
  addProgram(program: NativeProgram): number;
  /**
   * Runs a program in one call; what lies between is freed on the way.
   *
   * The ids of `targets` mean the assigned values afterwards; if an operation fails, no id has changed.
   */
  runProgram(program: number, inputs: Uint32Array, targets: Uint32Array): NativeOutput[];
  removeProgram(program: number): void;
  /** Registers a serialized FunctionDef; its name then runs as an operation. */
  addFunctionDef(functionDef: Uint8Array): void;
  removeFunction(name: string): void;
  hasFunction(name: string): boolean;
  listDevices(): Device[];
  isUsingGpuDevice(): boolean;
}

/** The addon's exports. */
export interface NativeAddon {
  readonly Context: new (options?: NativeContextOptions) => NativeContext;
  /** TensorFlow's version, as "2.21.0". */
  readonly version: string;
  /** Whether the operation AprFilterGradient runs here and is quicker than TensorFlow's own. */
  readonly hasBfloat16Units: boolean;
  /** Whether the operations AprConvolution and AprConvolutionInputGradient run here: on AMX. */
  readonly hasTiles: boolean;
  /** Threads of the addon's own operations; the first call of a process decides. */
  setKernelThreads(count: number): void;
}

/** What the addon throws when TensorFlow refuses. */
export interface TensorFlowError extends Error {
  /** TensorFlow's status by name, as "INVALID_ARGUMENT". */
  readonly code: string;
  /** The same by number, as 3. */
  readonly status: number;
  /** The operation that failed. */
  readonly op: string;
}
