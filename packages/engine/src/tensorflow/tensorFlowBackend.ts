import { createRequire } from "node:module";
import type { TensorFlowBackend } from "@apr-kit/contracts";
import type { DataType, KernelBackend, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { engine } from "@tensorflow/tfjs-core";
import type { Binding } from "./createBinding.ts";
import { createExecutor } from "./createExecutor.ts";
import type { NativeAttr, NativeOutput, NativeValues } from "./nativeAddon.ts";
import { presentValues, tfjsDataType } from "./presentation.ts";
import type { Recorder } from "./recorder.ts";
import { shimNode } from "./shimNode.ts";

/** What to run with {@link NodeTensorFlowBackend.executeRaw}. */
export interface RawOperation {
  readonly op: string;
  readonly attrs?: readonly NativeAttr[];
  /** A tensor, or an array of them where the operation takes a list. */
  readonly inputs?: readonly (TensorInfo | readonly TensorInfo[])[];
  /** At least as many as the operation has; 64 if left out. */
  readonly outputs?: number;
  /** A name as `devices()` tells it; TensorFlow's choice if left out. */
  readonly device?: string;
}

/** The tfjs backend "tensorflow": tfjs-node's kernels, plus any operation on any data type. */
export interface NodeTensorFlowBackend extends TensorFlowBackend {
  readonly binding: Binding;
  /** Runs any operation; attributes of every kind, list inputs, a chosen device. */
  executeRaw(operation: RawOperation): Tensor[];
  /** The same on a pool thread; inputs may be disposed at once. */
  executeRawAsync(operation: RawOperation): Promise<Tensor[]>;
  /** Puts values on the device as TensorFlow's `dataType` (contracts' DataType), at its width. */
  upload(values: NativeValues, shape: readonly number[], dataType: number): Tensor;
  /** TensorFlow's element type of a tensor, which tfjs's dtype only approximates. */
  nativeDataType(tensor: TensorInfo): number;
  /** Ids of tensors in `binding`; values that wait on the host are uploaded. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** Wraps a result of `binding`. */
  createOutputTensor(output: NativeOutput): Tensor;
  /** The same tensor under an id of its own; nothing is copied. */
  alias(tensor: TensorInfo): Tensor;
  /** Says that TensorFlow's element type of a tensor has changed, with what its id means. */
  setNativeDataType(tensor: TensorInfo, dataType: number): void;
  /** Told of all that happens while a function is traced; null otherwise. */
  recorder: Recorder | null;
}

/** The members of tfjs-node-gpu's backend that this one builds on. */
interface StockBackend extends KernelBackend {
  readonly binding: Binding;
  readonly tensorMap: {
    get(dataId: object): TensorRecord;
    set(dataId: object, r: object): void;
    has(dataId: object): boolean;
  };
  write(values: NativeValues, shape: readonly number[], dtype: DataType): object;
  disposeData(dataId: object, force?: boolean): boolean;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  getDTypeInteger(dtype: DataType): number;
}

interface TensorRecord {
  dtype: number;
  readonly shape: readonly number[];
  readonly id: number;
  readonly values: unknown;
}

type StockBackendClass = new (binding: Binding, packageName: string) => StockBackend;

/**
 * Makes the backend over a binding.
 *
 * Element types that tfjs does not know are kept as they are on the device and shown under the tfjs dtype that
 * can hold their values: bfloat16, float16 and float64 as "float32", uint8, int8, int16 and int64 as "int32".
 * Reading converts; a stock tfjs kernel refuses such a tensor, since its `T` attribute names the shown type.
 */
export function createTensorFlowBackend(binding: Binding): NodeTensorFlowBackend {
  shimNode();
  const stock = createRequire(import.meta.url)(
    "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js",
  ) as { NodeJSKernelBackend: StockBackendClass };
  const Backend = extend(stock.NodeJSKernelBackend);
  return new Backend(binding, "@apr-kit/engine");
}

function extend(Stock: StockBackendClass) {
  return class Backend extends Stock implements NodeTensorFlowBackend {
    recorder: Recorder | null = null;
    private readonly execute = createExecutor(this.binding);

    executeSingleOutput(
      op: string,
      attrs: readonly NativeAttr[],
      inputs: readonly TensorInfo[],
    ): Tensor {
      const ids = this.getInputTensorIds(inputs);
      const results = this.execute(op, attrs, ids, 1);
      this.recorder?.record({ op, attrs, inputs: ids }, results);
      return this.createOutputTensor(results[0]!);
    }

    executeMultipleOutputs(
      op: string,
      attrs: readonly NativeAttr[],
      inputs: readonly TensorInfo[],
      outputs: number,
    ): Tensor[] {
      const ids = this.getInputTensorIds(inputs);
      const results = this.execute(op, attrs, ids, outputs);
      this.recorder?.record({ op, attrs, inputs: ids }, results);
      return results.map((output) => this.createOutputTensor(output));
    }

    executeRaw({ op, attrs = [], inputs = [], outputs, device }: RawOperation): Tensor[] {
      const ids = this.nestedIds(inputs);
      const results = this.binding.executeOp(op, attrs, ids, outputs, device);
      this.recorder?.record({ op, attrs, inputs: ids, ...(device && { device }) }, results);
      return results.map((output) => this.createOutputTensor(output));
    }

    async executeRawAsync(operation: RawOperation): Promise<Tensor[]> {
      this.recorder?.spoil("not to run asynchronously", operation.op); // the traced call fails
      const { op, attrs = [], inputs = [], outputs, device } = operation;
      const ids = this.nestedIds(inputs);
      const results = await this.binding.executeOpAsync(op, attrs, ids, outputs, device);
      return results.map((output) => this.createOutputTensor(output));
    }

    upload(values: NativeValues, shape: readonly number[], dataType: number): Tensor {
      this.recorder?.isFill(values, shape); // throws where they are too many
      const id = this.binding.createTensor(shape, dataType, values);
      return this.createOutputTensor({ id, shape: [...shape], dtype: dataType });
    }

    nativeDataType(tensor: TensorInfo): number {
      return this.tensorMap.get(tensor.dataId).dtype;
    }

    setNativeDataType(tensor: TensorInfo, dataType: number): void {
      this.tensorMap.get(tensor.dataId).dtype = dataType;
    }

    alias(tensor: TensorInfo): Tensor {
      const [id] = this.getInputTensorIds([tensor]);
      const dtype = this.nativeDataType(tensor);
      return this.createOutputTensor({
        id: this.binding.shareTensor(id!),
        shape: tensor.shape,
        dtype,
      });
    }

    createOutputTensor({ id, shape, dtype }: NativeOutput): Tensor {
      const dataId = {};
      this.tensorMap.set(dataId, { shape, dtype, id, values: null, refCount: 1 });
      const info = { dataId, shape, dtype: tfjsDataType(dtype) as DataType };
      return engine().makeTensorFromTensorInfo(info);
    }

    override write(values: NativeValues, shape: readonly number[], dtype: DataType): object {
      return this.recorder?.isFill(values, shape) === true && ArrayBuffer.isView(values)
        ? this.fill(values as Float32Array, shape, dtype)
        : super.write(values, shape, dtype);
    }

    /** Has TensorFlow make equal values, so that a trace holds one of them and no copy of all. */
    private fill(values: Float32Array, shape: readonly number[], dtype: DataType): object {
      const type = this.getDTypeInteger(dtype);
      const sizes = this.binding.createTensor(
        [shape.length],
        this.binding.TF_INT32,
        Int32Array.from(shape),
      );
      const value = this.binding.createTensor([], type, values.slice(0, 1));
      const inputs = [sizes, value];
      const [filled] = this.execute("Fill", [], inputs, 1);
      this.recorder?.record({ op: "Fill", attrs: [], inputs }, [filled!]);
      for (const id of inputs) {
        this.recorder?.forget(id);
        this.binding.deleteTensor(id);
      }
      const dataId = {};
      this.tensorMap.set(dataId, { ...filled, values: null, refCount: 1 });
      return dataId;
    }

    override disposeData(dataId: object, force = false): boolean {
      const { recorder } = this;
      if (recorder === null || !this.tensorMap.has(dataId)) return super.disposeData(dataId, force);
      const { id } = this.tensorMap.get(dataId);
      const isGone = super.disposeData(dataId, force);
      if (isGone) recorder.forget(id);
      return isGone;
    }

    override readSync(dataId: object): never {
      if (this.recorder !== null) throw this.spoiltByReading(this.recorder, dataId);
      return this.valuesOf(dataId);
    }

    override async read(dataId: object): Promise<never> {
      // The traced call fails; a rejection would come too late for it, and be nobody's.
      if (this.recorder !== null) this.spoiltByReading(this.recorder, dataId);
      return this.valuesOf(dataId);
    }

    override memory() {
      return { unreliable: false };
    }

    private valuesOf(dataId: object): never {
      const { id, dtype, values } = this.tensorMap.get(dataId);
      return (values ?? presentValues(this.binding.readTensor(id), dtype)) as never;
    }

    private spoiltByReading(recorder: Recorder, dataId: object): Error {
      const { dtype, shape } = this.tensorMap.get(dataId);
      const what = `${tfjsDataType(dtype)} [${shape.join(", ")}]`;
      return recorder.spoil("not to read tensors, whose values later calls would repeat", what);
    }

    private nestedIds(inputs: readonly (TensorInfo | readonly TensorInfo[])[]) {
      return inputs.map((input) =>
        isList(input) ? this.getInputTensorIds(input) : this.getInputTensorIds([input])[0]!,
      );
    }
  };
}

function isList(input: TensorInfo | readonly TensorInfo[]): input is readonly TensorInfo[] {
  return Array.isArray(input);
}
