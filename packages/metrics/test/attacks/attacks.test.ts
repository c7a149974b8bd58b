import { availableEngines, startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { rowOf } from "../../src/attacks/attackBatch.ts";
import {
  type AttackBatch,
  apgd,
  apgdTargeted,
  attackNames,
  fab,
  fgsm,
  type Norm,
  pgd,
  runAttack,
  square,
} from "../../src/attacks/index.ts";
import { perturbationNorm } from "../../src/attacks/projectOntoBall.ts";
import { formulaBatch, formulaNet } from "./formulaNet.ts";
import { boundaryDistance, linearBatch, linearNet, logitsOf } from "./linearNet.ts";

jest.setTimeout(30_000); // a busy machine

const engines = (await availableEngines()).filter((engine) => engine !== "wasm");
const norms: readonly Norm[] = ["Linf", "L2"];

function distances({ images, shape }: AttackBatch, found: Float32Array, norm: Norm): number[] {
  const size = shape[1] * shape[2] * shape[3];
  return Array.from({ length: shape[0] }, (_, row) =>
    perturbationNorm(rowOf(found, row, size), rowOf(images, row, size), norm),
  );
}

describe.each(engines)("on %s", (engine) => {
  beforeAll(() => startEngine({ engine, threads: 2 }));

  describe.each(norms)("%s", (norm) => {
    const batch = linearBatch(5);
    const exact = batch.labels.map((_, row) => boundaryDistance(batch, row, norm));

    test("FAB finds a linear classifier's closed-form distances", async () => {
      const found = await fab(linearNet, batch, { norm, epsilon: 10, iterations: 20 });
      const ours = distances(batch, found.images, norm);
      expect([...found.isBroken]).toEqual([1, 1, 1, 1, 1]);
      ours.forEach((distance, row) => {
        expect(distance / (exact[row] as number)).toBeGreaterThan(1 - 1e-4);
        expect(distance / (exact[row] as number)).toBeLessThan(1.02); // what the overshoot leaves
      });
    });

    test("APGD and PGD break a linear classifier just beyond its distances, and not before", async () => {
      const around = [...exact].sort((a, b) => a - b);
      const epsilon = ((around[1] as number) + (around[2] as number)) / 2; // between two images
      const expected = exact.map((distance) => (distance < epsilon ? 1 : 0));
      const options = { norm, epsilon };
      const targeted = await apgdTargeted(linearNet, batch, { ...options, iterations: 30 });
      expect([...targeted.isBroken]).toEqual(expected);
      const walked = await pgd(linearNet, batch, { ...options, steps: 30, restarts: 2 });
      expect(walked.isBroken.every((broken, row) => broken <= (expected[row] as number))).toBe(
        true,
      );
    });

    test.each(attackNames)(
      "%s stays in the ball, leaks nothing, and repeats itself",
      async (name) => {
        const given =
          name === "square" // in L2 its images need sides of at least 5
            ? { predict: linearNet, batch }
            : { predict: formulaNet, batch: formulaBatch() };
        const options = { norm, epsilon: norm === "Linf" ? 0.01 : 0.1, steps: 8, seed: 3 };
        const first = await runAttack(name, given, options);
        const before = tf.memory().numTensors;
        const second = await runAttack(name, given, options);
        expect(tf.memory().numTensors).toBe(before);
        expect(second).toEqual(first);
        const sizes = distances(given.batch, first.images, norm);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(options.epsilon + 1e-6);
        expect(first.images.every((value) => value >= 0 && value <= 1)).toBe(true);
      },
    );
  });

  test.each(norms)(
    "Square breaks what lies well inside the ball, by logits alone, %s",
    async (norm) => {
      const batch = linearBatch(4);
      const asked: number[] = [];
      const rounded = (images: Parameters<typeof linearNet>[0]) => {
        asked.push(images.shape[0]);
        return tf.tidy(() => tf.round(tf.mul(linearNet(images), 1e4)) as tf.Tensor2D); // no gradient
      };
      const nearest = batch.labels.map((_, row) => boundaryDistance(batch, row, norm));
      const epsilon = 8 * Math.max(...nearest); // weights alternate faster than squares can follow
      const found = await square(rounded, batch, { norm, epsilon, queries: 300, seed: 1 });
      expect([...found.isBroken]).toEqual([1, 1, 1, 1]);
      expect(Math.max(...distances(batch, found.images, norm))).toBeLessThanOrEqual(epsilon + 1e-6);
      batch.labels.forEach((label, row) => {
        const logits = logitsOf(found.images, row);
        expect(logits.indexOf(Math.max(...logits))).not.toBe(label);
      });
      const later = asked.slice(1);
      expect(later.every((images, i) => i === 0 || images <= (later[i - 1] as number))).toBe(true);
    },
  );

  test("an image's draws do not depend on the batch it sits in", async () => {
    const batch = linearBatch(3);
    const size = batch.images.length / 3;
    const alone = { ...batch, images: batch.images.slice(size, 2 * size), samples: [1] };
    const one = { ...alone, shape: [1, 6, 6, 2] as const, labels: batch.labels.slice(1, 2) };
    for (const [norm, epsilon] of [
      ["Linf", 0.01],
      ["L2", 0.1],
    ] as const) {
      for (const name of ["pgd", "apgd-ce", "square"] as const) {
        const options = { norm, epsilon, steps: 5, seed: 9 };
        const together = await runAttack(name, { predict: linearNet, batch }, options);
        const single = await runAttack(name, { predict: linearNet, batch: one }, options);
        single.images.forEach((value, p) => {
          expect(value).toBeCloseTo(together.images[size + p] as number, 5);
        });
      }
    }
  });
});

describe("malformed input", () => {
  beforeAll(() => startEngine({ engine: "cpu" }));
  const batch = formulaBatch();
  const ball = { norm: "Linf", epsilon: 0.1 } as const;

  test("is refused with what was expected", async () => {
    const bright = { ...batch, images: batch.images.map((value) => value * 255) };
    await expect(fgsm(formulaNet, bright, ball)).rejects.toThrow("expected images in [0, 1], got");
    const short = { ...batch, images: batch.images.subarray(1) };
    await expect(pgd(formulaNet, short, ball)).rejects.toThrow(
      "pgd: expected images of 288 values for shape [6, 4, 4, 3], got 287 values",
    );
    await expect(apgd(formulaNet, { ...batch, labels: [1] }, ball)).rejects.toThrow(
      "apgd: expected 6 labels, one an image, got 1",
    );
    await expect(apgd(formulaNet, batch, { ...ball, epsilon: Number.NaN })).rejects.toThrow(
      "apgd: expected epsilon to be a positive number, got NaN",
    );
    await expect(fab(formulaNet, batch, { ...ball, iterations: 0 })).rejects.toThrow(
      "fab: expected iterations to be an integer ≥ 1, got 0",
    );
    await expect(square(formulaNet, batch, { ...ball, norm: "L2" })).rejects.toThrow(
      'square: expected images of at least 5×5 for norm "L2", got 4×4',
    );
  });

  test("of a classifier is refused with what was expected", async () => {
    const nan = () => tf.fill([6, 5], Number.NaN) as tf.Tensor2D;
    await expect(fgsm(nan, batch, ball)).rejects.toThrow(
      "predict: expected logits that are numbers, got NaN",
    );
    const flat = () => tf.zeros([30]) as unknown as tf.Tensor2D;
    await expect(fgsm(flat, batch, ball)).rejects.toThrow(
      "predict: expected logits of shape [6, classes ≥ 2], got [30]",
    );
    const constant = () => tf.zeros([6, 5]) as tf.Tensor2D;
    await expect(fgsm(constant, batch, ball)).rejects.toThrow(
      "expected predict to be made of differentiable operations on its images",
    );
  });

  test("probabilities for logits are refused by every attack", async () => {
    const softmaxed = (images: Parameters<typeof formulaNet>[0]) =>
      tf.tidy(() => tf.softmax(formulaNet(images)) as tf.Tensor2D);
    for (const name of attackNames) {
      await expect(runAttack(name, { predict: softmaxed, batch }, ball)).rejects.toThrow(
        "predict: expected logits, the values before softmax, got rows that are all probabilities",
      );
    }
  });

  test("a classifier that answers later serves Square, and is refused where a gradient is needed", async () => {
    const later = async (images: Parameters<typeof linearNet>[0]) => linearNet(images);
    const near = linearBatch(2);
    const options = { ...ball, steps: 20, seed: 1 };
    const before = tf.memory().numTensors;
    const found = await runAttack("square", { predict: later, batch: near }, options);
    expect(tf.memory().numTensors).toBe(before);
    expect(found).toEqual(await runAttack("square", { predict: linearNet, batch: near }, options));
    await expect(runAttack("pgd", { predict: later, batch: near }, options)).rejects.toThrow(
      "lossAndGradient: expected predict to answer at once, as a white-box attack takes its gradient (square takes none), got a promise",
    );
  });

  test("as a label no class has is refused", async () => {
    const wild = { ...batch, labels: [0, 0, 4, 4, 4, 5] };
    await expect(fgsm(formulaNet, wild, ball)).rejects.toThrow("labels below 5 classes");
  });
});
