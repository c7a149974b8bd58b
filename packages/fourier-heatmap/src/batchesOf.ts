/** Cuts a list of samples into runs of at most `batchSize`, in order. */
export function batchesOf(samples: Int32Array, batchSize: number): Int32Array[] {
  const count = Math.ceil(samples.length / batchSize);
  return Array.from({ length: count }, (_, index) =>
    samples.subarray(index * batchSize, (index + 1) * batchSize),
  );
}
