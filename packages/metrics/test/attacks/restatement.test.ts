import { readFileSync } from "node:fs";
import { startEngine } from "@apr-kit/engine";
import { expectAllClose } from "@apr-kit/testing";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { apgdRun } from "../../src/attacks/apgdRun.ts";
import { openBatch, rowOf } from "../../src/attacks/attackBatch.ts";
import { fabRun } from "../../src/attacks/fabRun.ts";
import {
  crossEntropyLoss,
  dlrLoss,
  dlrTargetedLoss,
  type LossOfLogits,
  type Norm,
} from "../../src/attacks/index.ts";
import { logitDifference } from "../../src/attacks/logitDifference.ts";
import { perturbationNorm } from "../../src/attacks/projectOntoBall.ts";
import { squareBump } from "../../src/attacks/squareBump.ts";
import { channelsLast, formulaBatch, formulaNet } from "./formulaNet.ts";

jest.setTimeout(30_000); // a busy machine

/** What the PyTorch statement of the attacks in makeAttacks.py gives. */
const restated = JSON.parse(
  readFileSync(new URL("../golden/attackRestatement.json", import.meta.url), "utf8"),
);

interface LossCase {
  readonly logits: number[];
  readonly label: number;
  readonly target: number;
}

const losses: Readonly<Record<string, (given: LossCase) => LossOfLogits>> = {
  crossEntropy: ({ logits, label }) => crossEntropyLoss(logits, label),
  dlr: ({ logits, label }) => dlrLoss(logits, label),
  dlrTargeted: ({ logits, label, target }) => dlrTargetedLoss(logits, { label, target }),
};

describe.each(Object.entries(losses))("%s", (name, loss) => {
  test("has PyTorch's values and derivatives", () => {
    for (const given of restated.losses) {
      const { value, gradient } = loss(given);
      expectAllClose([value], [given[name].value], { rtol: 1e-5, atol: 1e-6 });
      expectAllClose(gradient, given[name].gradient, { rtol: 1e-5, atol: 1e-6 });
    }
  });
});

test("cross-entropy of a certain network keeps its derivative", () => {
  const { value, gradient } = crossEntropyLoss([60, 0, 0], 0);
  expect(value / (2 * Math.exp(-60))).toBeCloseTo(1, 12);
  expect((gradient[0] as number) / (-2 * Math.exp(-60))).toBeCloseTo(1, 12);
  expect(crossEntropyLoss([0, 1000], 0).value).toBe(1000);
});

test("the difference-of-logits ratio is blind to scale and shift, and refuses too few classes", () => {
  const logits = [1, 3, -2, 0.5];
  const moved = logits.map((value) => 1000 * value + 7);
  expect(dlrLoss(moved, 1).value).toBeCloseTo(dlrLoss(logits, 1).value, 5);
  expect(dlrLoss(logits, 1).value).toBeCloseTo(-2 / 2.5, 6);
  expect(() => dlrLoss([1, 2], 0)).toThrow("dlrLoss: expected at least 3 classes, got 2");
  expect(() => dlrTargetedLoss([1, 2, 3], { label: 0, target: 1 })).toThrow(
    "dlrTargetedLoss: expected at least 4 classes, got 3",
  );
});

test.each([2, 3, 5, 6, 7])("Square's bump of side %d is the restated one", (side) => {
  expectAllClose(squareBump(side, { isTurned: false }), restated.bumps[side], { atol: 1e-8 });
  const turned = squareBump(side, { isTurned: true });
  expect(turned[1]).toBeCloseTo(restated.bumps[side][side], 8);
});

describe.each([
  ["Linf", 2],
  ["Linf", 3],
  ["L2", 2],
  ["L2", 3],
] as const)("towards the class ranked %s %d", (norm: Norm, rank) => {
  beforeAll(() => startEngine({ engine: "cpu" }));
  const rows = openBatch("test", formulaBatch());
  const of = (targets: number[]) => (row: number) => ({
    label: rows.labels[row] as number,
    target: targets[row] as number,
  });

  test("APGD has the restated losses and images", async () => {
    const expected = restated.apgdTargeted[`${norm}-${rank}`];
    const goal = of(expected.targets);
    const found = await apgdRun(
      formulaNet,
      { rows, starts: rows.images },
      {
        norm,
        epsilon: expected.epsilon,
        iterations: 20,
        loss: (logits, row) => dlrTargetedLoss(logits, goal(row)),
        eotIterations: 1,
        stop: "never",
        task: "apgd-t",
      },
    );
    expectAllClose(found.bestLosses, expected.losses, { rtol: 3e-4 });
    expect([...found.isBroken]).toEqual(expected.broken);
  });

  test("FAB finds the restated distances and images", async () => {
    const expected = restated.fab[`${norm}-${rank}`];
    const goal = of(expected.targets);
    const { images, isBroken } = await fabRun(
      formulaNet,
      { rows, starts: rows.images },
      {
        norm,
        epsilon: 10,
        iterations: 30,
        stop: "never",
        loss: (logits, row) => logitDifference(logits, goal(row)),
      },
    );
    const distances = Array.from(rows.labels, (_, row) =>
      perturbationNorm(rowOf(images, row, rows.size), rowOf(rows.images, row, rows.size), norm),
    );
    expect([...isBroken]).toEqual([1, 1, 1, 1, 1, 1]);
    expectAllClose(distances, expected.distances, { rtol: 1e-3, atol: 1e-6 });
    const six = Array.from({ length: 6 }, () => expected.firstImage);
    expectAllClose(images.subarray(0, rows.size), channelsLast(six).subarray(0, rows.size), {
      rtol: 0,
      atol: 1e-4,
    });
  });
});
