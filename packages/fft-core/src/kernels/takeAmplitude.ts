import type { Planes } from "../fourier/planes.ts";

/**
 * Gives `own` the amplitudes of `donor`, in place.
 *
 *     own ← own · |donor| / |own|,   and |donor| where own = 0
 *
 * The same as |donor| · exp(i·arg(own)) without a sine, a cosine or an arc tangent.
 */
export function takeAmplitude(donor: Planes, own: Planes): void {
  for (let k = 0; k < own.re.length; k++) {
    const amplitude = Math.sqrt(donor.re[k]! ** 2 + donor.im[k]! ** 2);
    const ownAmplitude = Math.sqrt(own.re[k]! ** 2 + own.im[k]! ** 2);
    if (ownAmplitude === 0) {
      own.re[k] = amplitude;
      own.im[k] = 0;
    } else {
      const gain = amplitude / ownAmplitude;
      own.re[k] = own.re[k]! * gain;
      own.im[k] = own.im[k]! * gain;
    }
  }
}
