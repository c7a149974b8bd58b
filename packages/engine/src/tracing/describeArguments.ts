import { DataType, show, ValueError } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { NodeTensorFlowBackend } from "../tensorflow/tensorFlowBackend.ts";
import { isPlainObject } from "./mapLeaves.ts";

/** Arguments of a call: what is recorded once, and what every call has anew. */
export interface DescribedArguments {
  /** Equal for calls that one trace serves: containers, plain values, shapes and TensorFlow's data types. */
  readonly key: string;
  /** In the order of {@link mapLeaves}. */
  readonly tensors: readonly tf.Tensor[];
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(DataType).map(([name, number]) => [number, name]),
);

/**
 * Describes the arguments of a traced function.
 *
 * @throws {TypeError} if something in them is neither a tensor, a plain value, an array nor a plain object
 * @throws {ValueError} if a tensor is disposed
 */
export function describeArguments(
  backend: NodeTensorFlowBackend,
  args: readonly unknown[],
): DescribedArguments {
  const tensors: tf.Tensor[] = [];

  function describe(value: unknown): string {
    if (value instanceof tf.Tensor) return describeTensor(value);
    if (Array.isArray(value)) return `[${value.map(describe).join(", ")}]`;
    if (isPlainObject(value)) {
      const entries = Object.entries(value).map(
        ([name, item]) => `${JSON.stringify(name)}: ${describe(item)}`,
      );
      return `{${entries.join(", ")}}`;
    }
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : `${value}`;
    if (value === undefined || value === null || typeof value === "boolean") return `${value}`;
    throw unfit(show(value));
  }

  function describeTensor(tensor: tf.Tensor): string {
    if (tensor instanceof tf.Variable) {
      throw unfit(`the variable ${tensor.name}, which fn should close over`);
    }
    if (tensor.isDisposed) {
      throw new ValueError("traced", {
        expected: "arguments that are not disposed",
        actual: `a disposed tensor [${tensor.shape.join(", ")}]`,
      });
    }
    tensors.push(tensor);
    const type = backend.nativeDataType(tensor);
    return `${TYPE_NAMES.get(type) ?? `type ${type}`}[${tensor.shape.join(", ")}]`;
  }

  const key = args.map(describe).join(", ");
  return { key, tensors };
}

function unfit(actual: string): TypeError {
  return new TypeError(
    "traced: expected arguments of tensors, numbers, strings, booleans, null, undefined, and arrays and plain " +
      `objects of them, got ${actual}`,
  );
}
