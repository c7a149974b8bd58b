import type { NumericData } from "@apr-kit/formats";

/**
 * Turns stored class indices of any integer type into bytes.
 *
 * @returns the labels; undefined if one is no integer in [0, classes)
 */
export function labelsOf(data: NumericData, classes = 256): Uint8Array | undefined {
  const labels = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (!(Number.isInteger(value) && value >= 0 && value < classes)) return undefined;
    labels[i] = value;
  }
  return labels;
}
