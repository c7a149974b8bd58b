import type { Predict } from "@apr-kit/contracts";
import { availableEngines, startEngine } from "@apr-kit/engine";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  type AttackBatch,
  autoAttack,
  classifierFlags,
  type RobustnessOptions,
  type RobustnessStep,
  robustnessReport,
  robustnessSteps,
} from "../../src/attacks/index.ts";
import { formulaBatch, formulaNet } from "./formulaNet.ts";
import { boundaryDistance, linearBatch, linearNet } from "./linearNet.ts";

jest.setTimeout(30_000); // a busy machine

const engines = (await availableEngines()).filter((engine) => engine !== "wasm");
const plan = { ...autoAttack(), options: { steps: 12 } };

async function collect(
  predict: Predict,
  batch: AttackBatch,
  options: RobustnessOptions,
): Promise<RobustnessStep[]> {
  const steps: RobustnessStep[] = [];
  for await (const step of robustnessSteps(predict, batch, options)) steps.push(step);
  return steps;
}

describe.each(engines)("AutoAttack on %s", (engine) => {
  beforeAll(() => startEngine({ engine, threads: 2 }));

  test.each(["Linf", "L2"] as const)(
    "has a linear classifier's exact robust accuracy, %s",
    async (norm) => {
      const batch = linearBatch(8);
      const exact = batch.labels.map((_, row) => boundaryDistance(batch, row, norm));
      const ordered = [...exact].sort((a, b) => a - b);
      const epsilon = ((ordered[3] as number) + (ordered[4] as number)) / 2;
      const steps = await collect(linearNet, batch, { plan, norm, epsilon, batchSize: 3 });
      const report = robustnessReport(steps, { norm, epsilon });
      expect(report.robustAccuracy).toBe(0.5);
      expect(report.maxNorm).toBeLessThanOrEqual(epsilon + 1e-6);
      const broken = new Set(steps.flatMap((step) => step.broken));
      exact.forEach((distance, row) => {
        expect(broken.has(row)).toBe(distance < epsilon);
      });
    },
  );
});

describe("robustnessSteps", () => {
  beforeAll(() => startEngine({ engine: "cpu" }));
  const batch = linearBatch(7);
  const exact = batch.labels
    .map((_, row) => boundaryDistance(batch, row, "Linf"))
    .sort((a, b) => a - b);
  const ball = {
    norm: "Linf",
    epsilon: ((exact[2] as number) + (exact[3] as number)) / 2,
  } as const;
  const options = { plan: { ...plan, options: { steps: 5 } }, ...ball, batchSize: 3, seed: 4 };

  test("attacks only the survivors of the attacks before", async () => {
    const steps = await collect(
      linearNet,
      { ...batch, labels: batch.labels.map((k, row) => (row < 2 ? (k + 1) % 4 : k)) },
      options,
    );
    const { rows, cleanAccuracy } = robustnessReport(steps, ball);
    expect(cleanAccuracy).toBe(5 / 7);
    expect(rows.map(({ attack }) => attack)).toEqual([
      "clean",
      "apgd-ce",
      "apgd-t",
      "fab-t",
      "square",
    ]);
    rows.slice(1).forEach((row, i) => {
      expect(row.attacked).toBe(rows[i]?.survivors);
    });
    expect(
      steps.filter(({ attack }) => attack !== "clean").flatMap(({ samples }) => samples),
    ).not.toContain(0);
  });

  test("continues from stored steps as if it had not stopped", async () => {
    const whole = await collect(linearNet, batch, options);
    for (const stopAt of [1, 4, whole.length]) {
      const done = JSON.parse(JSON.stringify(whole.slice(0, stopAt))) as RobustnessStep[];
      const rest = await collect(linearNet, batch, { ...options, done });
      expect([...done, ...rest]).toEqual(whole);
    }
  });

  test("refuses steps of another evaluation", async () => {
    const whole = await collect(linearNet, batch, options);
    await expect(
      collect(linearNet, batch, { ...options, batchSize: 4, done: whole }),
    ).rejects.toThrow(
      "robustnessSteps: expected done to hold clean on 4 images of this evaluation, got clean on [0,1,2]",
    );
  });

  test("refuses two images of one sample", async () => {
    const twice = { ...batch, samples: [0, 1, 2, 3, 4, 5, 1] };
    await expect(collect(linearNet, twice, options)).rejects.toThrow(
      "robustnessSteps: expected samples to be distinct, got 1 twice",
    );
  });

  test("breaks the same images whether they leave at their first success or never", async () => {
    const broken = (steps: RobustnessStep[]) => steps.map((step) => step.broken);
    const never = await collect(linearNet, batch, { ...options, stop: "never" });
    expect(broken(never)).toEqual(broken(await collect(linearNet, batch, options)));
  });

  test("reports progress that ends at all images of each attack", async () => {
    const last = new Map<string, [number, number | undefined]>();
    await collect(linearNet, batch, {
      ...options,
      onProgress: ({ task, done, total }) => {
        expect(done).toBeGreaterThanOrEqual(last.get(task)?.[0] ?? 0);
        expect(done).toBeLessThanOrEqual((total as number) + 1e-9);
        last.set(task, [done, total]);
      },
    });
    expect([...last.keys()].sort()).toEqual(["apgd-ce", "apgd-t", "fab-t", "square"]);
  });
});

describe("classifierFlags", () => {
  beforeAll(() => startEngine({ engine: "cpu" }));
  const batch = formulaBatch();

  test("is silent but for the number of classes on a plain classifier", async () => {
    const flags = await classifierFlags(formulaNet, batch, autoAttack());
    expect(flags.map(({ code }) => code)).toEqual(["few-classes"]);
    expect(await classifierFlags(formulaNet, batch, { attacks: ["pgd"], options: {} })).toEqual([]);
  });

  test("tells a randomised classifier", async () => {
    let call = 0;
    const noisy: Predict = (images) =>
      tf.tidy(() => {
        const offset = tf.scalar(call++);
        return tf.add(formulaNet(images), tf.mul(offset, tf.oneHot(tf.zeros([6], "int32"), 5)));
      });
    const flags = await classifierFlags(noisy, batch, { attacks: ["apgd-ce"], options: {} });
    expect(flags.map(({ code }) => code)).toEqual(["randomised"]);
  });

  test("tells a classifier that computes gradients when it predicts", async () => {
    const adaptive: Predict = (images) =>
      tf.tidy(() => {
        const pooled = (x: tf.Tensor) => tf.sum(tf.avgPool(x as tf.Tensor4D, 2, 2, "valid"));
        const moved = tf.add(images, tf.mul(tf.grad(pooled)(images), 0.01));
        return formulaNet(moved as typeof images);
      });
    const flags = await classifierFlags(adaptive, batch, { attacks: ["apgd-ce"], options: {} });
    expect(flags.map(({ code }) => code)).toEqual(["dynamic"]);
  });

  test("refuses probabilities, and too few classes", async () => {
    const probabilities: Predict = (images) => tf.tidy(() => tf.softmax(formulaNet(images)));
    await expect(classifierFlags(probabilities, batch, autoAttack())).rejects.toThrow(
      /^predict: expected logits, the values before softmax, got rows that are all probabilities, for example \[0\./,
    );
    const three: Predict = (images) => tf.tidy(() => tf.slice(formulaNet(images), [0, 0], [-1, 3]));
    await expect(classifierFlags(three, batch, autoAttack())).rejects.toThrow(
      "expected at least 4 classes for the difference-of-logits ratio, got 3",
    );
  });
});

test("a model in training mode is told by logits that depend on the batch", async () => {
  await startEngine({ engine: "cpu" });
  const training: Predict = (images) =>
    tf.tidy(() => {
      const { mean, variance } = tf.moments(images, 0); // of the batch, as a batch norm in training
      return linearNet(tf.div(tf.sub(images, mean), tf.sqrt(variance)) as typeof images);
    });
  const attempt = classifierFlags(training, linearBatch(5), autoAttack());
  await expect(attempt).rejects.toThrow(
    /^predict: expected the same logits for an image in any batch \(a model in inference mode\), got logits that change by/,
  );
});

describe("robustnessReport", () => {
  const step = { norms: [], minimum: 0, maximum: 1, nanCount: 0, zeroGradients: 0 };
  const samples = [...Array(10).keys()];
  const ball = { norm: "Linf", epsilon: 0.1 } as const;

  test("counts, flags zero gradients and a Square that finds more", () => {
    const report = robustnessReport(
      [
        { ...step, attack: "clean", samples, broken: [0] },
        {
          ...step,
          attack: "apgd-ce",
          samples: samples.slice(1),
          broken: [1],
          norms: [0.1],
          zeroGradients: 2,
        },
        {
          ...step,
          attack: "square",
          samples: samples.slice(2),
          broken: [2, 3],
          norms: [0.05, 0.08],
        },
      ],
      ball,
    );
    expect(report).toMatchObject({
      images: 10,
      cleanAccuracy: 0.9,
      robustAccuracy: 0.6,
      maxNorm: 0.1,
    });
    expect(report.rows.map(({ survivors }) => survivors)).toEqual([9, 8, 6]);
    expect(report.flags.map(({ code }) => code)).toEqual(["zero-gradients", "square-wins"]);
    expect(report.convention).toMatch(/^share of 10 images .* Linf ball of radius 0.1/);
  });

  test.each([
    [{ norms: [0.2] }, "norm 0.2"],
    [{ maximum: 1.5 }, "values in [0, 1.5]"],
    [{ nanCount: 1 }, "1 NaN"],
  ])("refuses %j", (part, message) => {
    const bad = { ...step, attack: "pgd" as const, samples, broken: [0], ...part };
    expect(() => robustnessReport([bad], ball)).toThrow(message);
  });
});
