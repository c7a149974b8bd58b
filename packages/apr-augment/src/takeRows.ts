import * as tf from "@tensorflow/tfjs-core";

/** The images at `places`, in this order. */
export function takeRows(images: tf.Tensor4D, places: readonly number[]): tf.Tensor4D {
  if (tf.getBackend() !== "wasm" || places.length === 0) {
    return tf.gather(images, tf.tensor1d([...places], "int32"), 0);
  }
  // The gather of tfjs's wasm backend works out an address for every single value.
  return tf.tidy(() => {
    const [, height, width, channel] = images.shape;
    const rows = places.map((place) =>
      tf.slice4d(images, [place, 0, 0, 0], [1, height, width, channel]),
    );
    return rows.length === 1 ? (rows[0] as tf.Tensor4D) : tf.concat(rows, 0);
  });
}
