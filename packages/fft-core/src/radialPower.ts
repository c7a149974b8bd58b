import { assertImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertSides } from "./complexPair.ts";
import { fft2 } from "./fft2.ts";
import { radialFrequency } from "./radialFrequency.ts";

/**
 * Averages the power spectrum of every channel over rings of equal radial frequency.
 *
 *     power[b] = mean of |X[u, v]|² over round(r·n) = b,   X orthonormal, n = max(height, width)
 *
 * @param images [batch, height, width, channel], float32
 * @returns [batch, ⌊n/2⌋ + 1, channel], float32, from frequency 0 (the squared sum over height·width) to 1/2
 *          in steps of 1/n cycles per pixel; the caller disposes it
 *
 * Convention: corners beyond 1/2 cycle per pixel are left out; a ring without a frequency has power 0.
 * White noise of variance s has power s in every ring but the first.
 * Gradient:   none; meant for looking.
 *
 * @throws {ShapeError} if images are not of rank 4 or have an empty side
 */
export function radialPower(images: tf.Tensor4D): tf.Tensor3D {
  assertImages("radialPower", images);
  assertSides("radialPower", "images", images);
  const [batch, height, width, channel] = images.shape;
  return tf.tidy(() => {
    const { re, im } = fft2(images, { norm: "ortho" });
    const power = tf.add(tf.square(re), tf.square(im));
    const planes = tf.reshape(power, [batch, height * width, channel]);
    const rings = ringAverages(height, width); // [rings, height · width]
    if (batch === 0) return tf.zeros([0, rings.shape[0], channel]); // wasm's matMul divides by the batch
    return tf.matMul(tf.expandDims(rings, 0), planes) as tf.Tensor3D; // [batch, rings, channel]
  });
}

/** Each row holds 1/count at the frequencies of its ring. */
function ringAverages(height: number, width: number): tf.Tensor2D {
  const longest = Math.max(height, width);
  const rings = Array.from(radialFrequency({ height, width, spectrum: "full" }), (radius) =>
    Math.round(radius * longest),
  );
  const count = Math.floor(longest / 2) + 1;
  const sizes = new Float64Array(count);
  for (const ring of rings) if (ring < count) sizes[ring]! += 1;
  const weights = new Float32Array(count * rings.length);
  for (const [at, ring] of rings.entries()) {
    if (ring < count) weights[ring * rings.length + at] = 1 / sizes[ring]!;
  }
  return tf.tensor2d(weights, [count, rings.length]);
}
