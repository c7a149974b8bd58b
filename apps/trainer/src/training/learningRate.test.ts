import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { learningRateFactor } from "./learningRate.ts";

test("oneCycle rises linearly to 1 at peakAt and falls linearly to nearly 0", () => {
  const at = (step: number) => learningRateFactor({ kind: "oneCycle", peakAt: 0.2 }, step, 100);
  expect(at(0)).toBeCloseTo(1 / 20);
  expect(at(9)).toBeCloseTo(10 / 20);
  expect(at(20)).toBe(1);
  expect(at(60)).toBeCloseTo(0.5);
  expect(at(99)).toBeCloseTo(1 / 80);
});

test("multiStep of the official recipe drops after epochs 60, 120, 160 and 190 of 200", () => {
  const schedule = { kind: "multiStep" as const, milestones: [0.3, 0.6, 0.8, 0.95], factor: 0.2 };
  const atEpoch = (epoch: number) => learningRateFactor(schedule, epoch * 391, 200 * 391);
  expect([59, 60, 119, 120, 159, 160, 189, 190].map((epoch) => atEpoch(epoch))).toEqual(
    [0, 1, 1, 2, 2, 3, 3, 4].map((drops) => 0.2 ** drops),
  );
});

test("cosine starts at 1 and passes ½ in the middle", () => {
  expect(learningRateFactor({ kind: "cosine" }, 0, 10)).toBe(1);
  expect(learningRateFactor({ kind: "cosine" }, 5, 10)).toBeCloseTo(0.5);
});

test("every schedule stays within [0, 1]", () => {
  const schedules = fc.constantFrom(
    { kind: "oneCycle", peakAt: 0 } as const,
    { kind: "oneCycle", peakAt: 1 } as const,
    { kind: "oneCycle", peakAt: 0.3 } as const,
    { kind: "cosine" } as const,
  );
  fc.assert(
    fc.property(schedules, fc.integer({ min: 1, max: 1000 }), fc.nat(), (schedule, steps, any) => {
      const factor = learningRateFactor(schedule, any % steps, steps);
      expect(factor).toBeGreaterThanOrEqual(0);
      expect(factor).toBeLessThanOrEqual(1);
    }),
  );
});
