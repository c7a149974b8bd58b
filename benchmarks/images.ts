import { createRng, type PixelBatch } from "@apr-kit/contracts";

/** Smooth random pictures (a few plane waves a channel), the same in every run. */
export function syntheticImages(batch: number, side: number): PixelBatch {
  const data = new Uint8Array(batch * side * side * 3);
  for (let sample = 0; sample < batch; sample++) {
    const rng = createRng({ seed: 1, sample, purpose: "benchmarks.images" });
    for (let channel = 0; channel < 3; channel++) {
      const waves = Array.from({ length: 4 }, () => ({
        u: rng.normal() / 3,
        v: rng.normal() / 3,
        shift: 6 * rng.uniform(),
      }));
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          let value = 127;
          for (const { u, v, shift } of waves) value += 32 * Math.sin(u * x + v * y + shift);
          data[((sample * side + y) * side + x) * 3 + channel] = value;
        }
      }
    }
  }
  return { data, shape: [batch, side, side, 3] };
}
