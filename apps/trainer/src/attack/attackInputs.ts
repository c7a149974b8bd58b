import { type ImageDataset, takeBatch } from "@apr-kit/datasets";
import { type AttackBatch, type AttackPlan, autoAttack } from "@apr-kit/metrics/attacks";
import type { AttackRunOptions } from "./attackRun.ts";

/** The attacks that the options ask for. */
export function planOf({ attack, steps, restarts }: AttackRunOptions): AttackPlan {
  const { attacks, options } =
    attack === "autoattack" ? autoAttack("standard") : { attacks: [attack], options: {} };
  return {
    attacks,
    options: {
      ...options,
      ...(steps === undefined ? {} : { steps }),
      ...(restarts === undefined ? {} : { restarts }),
    },
  };
}

/** The first test images, in [0, 1]. */
export function firstImages({ test }: ImageDataset, images: number): AttackBatch {
  const count = Math.min(images, test.size);
  const chosen = takeBatch(
    test,
    Int32Array.from({ length: count }, (_, index) => index),
  );
  const pixels = Float32Array.from(chosen.images.data, (byte) => byte / 255);
  return { images: pixels, shape: chosen.images.shape, labels: chosen.labels };
}

/** The first images of a batch, `most` at most. */
export function someOf({ images, shape, labels }: AttackBatch, most: number): AttackBatch {
  const [count, height, width, channel] = shape;
  const size = Math.min(most, count);
  return {
    images: images.subarray(0, size * height * width * channel),
    shape: [size, height, width, channel],
    labels: Array.from({ length: size }, (_, row) => labels[row] as number),
  };
}
