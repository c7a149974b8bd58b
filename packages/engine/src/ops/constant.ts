import * as tf from "@tensorflow/tfjs-core";

const CAPACITY = 256;
const byBackend = new WeakMap<object, Map<string, tf.Tensor>>();

/**
 * Returns a small tensor that lives as long as the backend, uploaded the first time it is asked for.
 *
 * Shapes, axes and scale factors repeat in every training step; uploading each again would make the
 * device wait for the host. The least recently used of more than 256 constants is disposed.
 *
 * @param values a number, or a list of them in row-major order
 * @param shape  [] for a number, [values.length] for a list unless given
 * @returns a kept tensor that the caller must not dispose
 */
export function constant(
  values: number | readonly number[],
  dtype: "float32" | "int32" = "float32",
  shape: readonly number[] = typeof values === "number" ? [] : [values.length],
): tf.Tensor {
  const { backend } = tf.engine();
  const known = byBackend.get(backend) ?? new Map<string, tf.Tensor>();
  byBackend.set(backend, known);
  const key = `${dtype}[${shape}]${values}`;
  const found = known.get(key);
  known.delete(key);
  const tensor =
    found !== undefined && !found.isDisposed
      ? found
      : tf.keep(tf.tensor(typeof values === "number" ? [values] : [...values], [...shape], dtype));
  known.set(key, tensor); // last in the map's order: most recently used
  const [oldest] = known.keys();
  if (known.size > CAPACITY && oldest !== undefined) {
    known.get(oldest)?.dispose();
    known.delete(oldest);
  }
  return tensor;
}
