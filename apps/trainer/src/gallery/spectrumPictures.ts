import { amplitude, fft2, fftshift, phase } from "@apr-kit/fft-core";
import * as tf from "@tensorflow/tfjs-core";

/** Pictures of the spectra of the sums of channels, frequency 0 in the middle, values in [0, 1]. */
export interface SpectrumPictures {
  /** Logarithm of the amplitude; the faintest and the strongest of each image are black and white. */
  readonly amplitudes: tf.Tensor4D;
  /** -π is black, π white. */
  readonly phases: tf.Tensor4D;
}

/** The caller disposes both. */
export function spectrumPictures(images: tf.Tensor4D): SpectrumPictures {
  return tf.tidy(() => {
    const spectrum = fft2(tf.sum(images, 3, true) as tf.Tensor4D);
    const logarithm = tf.log(tf.add(amplitude(spectrum), 1e-3));
    const lowest = tf.min(logarithm, [1, 2], true);
    const range = tf.sub(tf.max(logarithm, [1, 2], true), lowest);
    const amplitudes = tf.div(tf.sub(logarithm, lowest), tf.maximum(range, 1e-6));
    const phases = tf.div(tf.add(phase(spectrum), Math.PI), 2 * Math.PI);
    return {
      amplitudes: inColour(shifted(amplitudes)),
      phases: inColour(shifted(phases)),
    };
  });
}

function shifted(values: tf.Tensor): tf.Tensor4D {
  return fftshift(values as tf.Tensor4D);
}

function inColour(grey: tf.Tensor4D): tf.Tensor4D {
  return tf.tile(grey, [1, 1, 1, 3]);
}
