/**
 * Returns the k-th smallest of some numbers, k from 1, and reorders them on the way.
 *
 * Cost: O(length) on average, by partition around a middle element (Hoare's selection).
 */
export function kthSmallest(values: Float64Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  const wanted = k - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] as number) < pivot) left++;
      while ((values[right] as number) > pivot) right--;
      if (left > right) break;
      const moved = values[left] as number;
      values[left++] = values[right] as number;
      values[right--] = moved;
    }
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break; // between the parts: equal to the pivot
  }
  return values[wanted] as number;
}
