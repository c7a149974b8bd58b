import type { Predict } from "@apr-kit/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { type AttackRows, gatherRows, rowOf, takeRows } from "./attackBatch.ts";
import { type AttackOutcome, brokenRows, type CommonOptions, type Stop } from "./attackOutcome.ts";
import { lossAndGradient, type RowLoss } from "./lossAndGradient.ts";
import { type Ball, type Norm, perturbationNorm } from "./projectOntoBall.ts";
import { projectOntoHyperplane } from "./projectOntoHyperplane.ts";

/** One start of FAB. */
export interface FabRunOptions extends Ball, Pick<CommonOptions, "onProgress"> {
  /** Positive where the image is adversarial: z_target - z_label. */
  readonly loss: RowLoss;
  readonly iterations: number;
  readonly stop: Stop;
}

const ALPHA_MAX = 0.1; // largest pull towards the clean image
const ETA = 1.05; // overshoot across the boundary
const BETA = 0.9; // step back towards the clean image after a success
const SHORTEST = 1e-8; // keeps α defined where both points lie on the boundary

/**
 * Runs FAB from given points.
 *
 *     d = projection of the current point, d₀ of the clean image, onto {loss linearised at x = 0} in [0, 1]
 *     α = min(‖d‖ / (‖d‖ + ‖d₀‖), .1)
 *     x ← clip((1 - α)(x + η d) + α (image + η d₀))
 *     if x is adversarial: keep it if it is the nearest; x ← image + β (x - image)
 *
 * @param starts as `rows.images`, in [0, 1]
 */
export async function fabRun(
  predict: Predict,
  { rows, starts }: { readonly rows: AttackRows; readonly starts: Float32Array },
  { loss, iterations, stop, onProgress, ...ball }: FabRunOptions,
): Promise<AttackOutcome> {
  const { size, shape, labels } = rows;
  const points = starts.slice();
  const nearest = rows.images.slice();
  const distances = new Float64Array(labels.length).fill(Number.POSITIVE_INFINITY);
  let active = [...labels.keys()];
  for (let i = 0; i < iterations && active.length > 0; i++) {
    const seen = lossAndGradient(
      predict,
      gatherRows(points, active, size),
      [active.length, shape[1], shape[2], shape[3]],
      (logits, k) => loss(logits, active[k] as number),
    );
    active.forEach((row, k) => {
      const point = rowOf(points, row, size);
      const value = seen.losses[k] as number;
      stepToBoundary(point, rowOf(rows.images, row, size), {
        value,
        gradient: rowOf(seen.gradients, k, size),
        norm: ball.norm,
      });
    });
    const moved = { ...takeRows(rows, active), images: gatherRows(points, active, size) };
    const isAdversarial = await brokenRows(predict, moved);
    active.forEach((row, k) => {
      if (isAdversarial[k] === 0) return;
      const point = rowOf(points, row, size);
      const image = rowOf(rows.images, row, size);
      const distance = perturbationNorm(point, image, ball.norm);
      if (distance < (distances[row] as number)) {
        distances[row] = distance;
        nearest.set(point, row * size);
      }
      for (let p = 0; p < size; p++) {
        const centre = image[p] as number;
        point[p] = centre + BETA * ((point[p] as number) - centre);
      }
    });
    if (stop === "success") {
      active = active.filter((row) => !((distances[row] as number) <= ball.epsilon));
    }
    const total = labels.length * iterations;
    const done = total - active.length * (iterations - i - 1);
    onProgress?.({ task: "fab-t", done, total, unit: "steps" });
    await tf.nextFrame(); // lets signals and the bar through
  }
  const isBroken = Uint8Array.from(distances, (distance) => (distance <= ball.epsilon ? 1 : 0));
  const images = rows.images.slice();
  isBroken.forEach((broken, row) => {
    if (broken === 1) images.set(rowOf(nearest, row, size), row * size);
  });
  return { images, isBroken, zeroGradients: 0 };
}

interface Linearisation {
  readonly value: number;
  readonly gradient: Float32Array;
  readonly norm: Norm;
}

/** Moves `point` across the linearised boundary, in place. */
function stepToBoundary(
  point: Float32Array,
  image: Float32Array,
  { value, gradient, norm }: Linearisation,
): void {
  let shift = 0; // gradient · (image - point)
  for (let p = 0; p < point.length; p++) {
    shift += (gradient[p] as number) * ((image[p] as number) - (point[p] as number));
  }
  const fromPoint = projectOntoHyperplane(point, gradient, { excess: value, norm });
  const fromImage = projectOntoHyperplane(image, gradient, { excess: value + shift, norm });
  const lengths = [fromPoint, fromImage].map((d) => Math.max(length(d, norm), SHORTEST));
  const [own, clean] = lengths as [number, number];
  const alpha = Math.min(own / (own + clean), ALPHA_MAX);
  for (let p = 0; p < point.length; p++) {
    const across = (point[p] as number) + ETA * (fromPoint[p] as number);
    const acrossFromImage = (image[p] as number) + ETA * (fromImage[p] as number);
    point[p] = Math.min(1, Math.max(0, (1 - alpha) * across + alpha * acrossFromImage));
  }
}

function length(d: Float64Array, norm: Norm): number {
  let largest = 0;
  let squares = 0;
  for (const value of d) {
    largest = Math.max(largest, Math.abs(value));
    squares += value * value;
  }
  return norm === "Linf" ? largest : Math.sqrt(squares);
}
