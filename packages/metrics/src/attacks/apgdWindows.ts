/**
 * Returns the lengths of the windows after which APGD reconsiders its step size.
 *
 *     first max(⌊.22 n⌋, 1), then each shorter by max(⌊.03 n⌋, 1), down to max(⌊.06 n⌋, 1)
 *
 * Only windows that end within the n iterations: n = 100 gives 22, 19, 16, 13, 10, 7, 6, 6.
 */
export function apgdWindows(iterations: number): number[] {
  const share = (fraction: number) => Math.max(Math.floor(fraction * iterations), 1);
  const windows: number[] = [];
  let length = share(0.22);
  for (let end = length; end <= iterations; end += length) {
    windows.push(length);
    length = Math.max(length - share(0.03), share(0.06));
  }
  return windows;
}
