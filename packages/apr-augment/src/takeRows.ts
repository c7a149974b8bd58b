import * as tf from "@tensorflow/tfjs-core";

/** The images at `places`, in this order. */
export function takeRows(images: tf.Tensor4D, places: readonly number[]): tf.Tensor4D {
  if (tf.getBackend() !== "wasm") {
    return tf.gather(images, tf.tensor1d([...places], "int32"), 0);
  }
  // The gather of tfjs's wasm backend works out an address for every value, and has no gradient.
  const take = tf.customGrad((input) => ({
    value: copyRows(input as tf.Tensor4D, places),
    gradFunc: (dy: tf.Tensor) => addRows(dy as tf.Tensor4D, places, images.shape),
  }));
  return take(images) as tf.Tensor4D;
}

function copyRows(images: tf.Tensor4D, places: readonly number[]): tf.Tensor4D {
  const [, height, width, channel] = images.shape;
  const size = height * width * channel;
  const source = images.dataSync<"float32">();
  const target = new Float32Array(places.length * size);
  places.forEach((place, row) => {
    target.set(source.subarray(place * size, (place + 1) * size), row * size);
  });
  return tf.tensor4d(target, [places.length, height, width, channel]);
}

/** The adjoint: every image is the sum of what was taken from it. */
function addRows(
  taken: tf.Tensor4D,
  places: readonly number[],
  shape: tf.Tensor4D["shape"],
): tf.Tensor4D {
  const size = shape[1] * shape[2] * shape[3];
  const source = taken.dataSync<"float32">();
  const target = new Float32Array(shape[0] * size);
  places.forEach((place, row) => {
    for (let i = 0; i < size; i++) {
      target[place * size + i] =
        (target[place * size + i] as number) + (source[row * size + i] as number);
    }
  });
  return tf.tensor4d(target, shape);
}
