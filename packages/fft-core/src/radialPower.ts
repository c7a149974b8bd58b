import { assertImages } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { assertSides } from "./complexPair.ts";
import { fft2, ifft2 } from "./fft2.ts";
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
 * Gradient:   flows to `images`.
 *
 * @throws {ShapeError} if images are not of rank 4 or have an empty side
 */
export function radialPower(images: tf.Tensor4D): tf.Tensor3D {
  assertImages("radialPower", images);
  assertSides("radialPower", "images", images);
  return differentiable(images) as tf.Tensor3D;
}

const differentiable = tf.customGrad((x, save) => {
  const images = x as tf.Tensor4D;
  (save as tf.GradSaveFunc)([images]);
  return { value: ringPower(images), gradFunc: slope };
});

function ringPower(images: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channel] = images.shape;
  return tf.tidy(() => {
    const { re, im } = fft2(images, { norm: "ortho" });
    const power = tf.add(tf.square(re), tf.square(im));
    const rings = ringAverages(height, width); // [rings, height · width]
    if (batch === 0) return tf.zeros([0, rings.shape[0], channel]); // wasm's matMul divides by the batch
    const planes = tf.reshape(power, [batch, height * width, channel]);
    return tf.matMul(tf.expandDims(rings, 0), planes) as tf.Tensor3D; // [batch, rings, channel]
  });
}

/** Of Σ w·|X|²: 2·Re(Fᴴ(w·X)), where w spreads the slope of each ring over its frequencies. */
function slope(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor {
  const [images] = saved as [tf.Tensor4D];
  const [batch, height, width] = images.shape;
  if (batch === 0) return tf.zerosLike(images);
  const { re, im } = fft2(images, { norm: "ortho" });
  const weights = tf.reshape(
    tf.matMul(tf.expandDims(ringAverages(height, width), 0), dy as tf.Tensor3D, true),
    images.shape,
  );
  const turned = ifft2({ re: tf.mul(re, weights), im: tf.mul(im, weights) }, { norm: "ortho" });
  return tf.mul(turned.re, 2);
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
