import { roundHalfToEven } from "./roundHalfToEven.ts";

/** For each output index of one axis: the two source indices and the weight of the second. */
export interface ZoomTaps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly fraction: Float64Array;
  /** 0 where the coordinate falls past the last source point by rounding, so that it reads as black. */
  readonly inside: Uint8Array;
}

const plans = new Map<string, ZoomTaps>();

/**
 * The source coordinates of one axis of a zoom into the centre.
 *
 *     crop = ⌈side / factor⌉ at ⌊(side - crop) / 2⌋,   grown = round(crop · factor),
 *     out index i ↦ (i + ⌊(grown - side) / 2⌋) · (crop - 1) / (grown - 1)
 *
 * Convention: end points map to end points (align-corners); round goes half to even. Plans are kept,
 *             one for each side and factor.
 */
export function zoomTaps(side: number, factor: number): ZoomTaps {
  const key = `${side}/${factor}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  const crop = Math.ceil(side / factor);
  const top = Math.floor((side - crop) / 2);
  const grown = roundHalfToEven(crop * factor);
  const trim = Math.floor((grown - side) / 2);
  const step = (crop - 1) / (grown - 1);
  const first = new Int32Array(side);
  const second = new Int32Array(side);
  const fraction = new Float64Array(side);
  const inside = new Uint8Array(side);
  for (let i = 0; i < side; i++) {
    const coordinate = (i + trim) * step;
    const floor = Math.min(Math.floor(coordinate), crop - 1);
    first[i] = top + floor;
    second[i] = top + Math.min(floor + 1, crop - 1);
    fraction[i] = coordinate - floor;
    inside[i] = coordinate <= crop - 1 ? 1 : 0;
  }
  const plan = { first, second, fraction, inside };
  plans.set(key, plan);
  return plan;
}
