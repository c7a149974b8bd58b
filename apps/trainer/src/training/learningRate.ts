import type { ScheduleConfig } from "../config/schema.ts";

/**
 * Learning rate of one step, as a fraction of the configured peak.
 *
 *     oneCycle:  min(1, (step + 1) / (steps · peakAt))   while s < peakAt, then (1 - s) / (1 - peakAt)
 *     multiStep: factor ^ (number of milestones ≤ s)
 *     cosine:    ½ (1 + cos πs)
 *
 * with s = step / steps, the fraction of the run that lies behind the step.
 *
 * Convention: milestones are fractions of the run, so a shortened run keeps the recipe's shape. The
 * official code's epochs 60, 120, 160, 190 of 200 are 0.3, 0.6, 0.8, 0.95.
 */
export function learningRateFactor(schedule: ScheduleConfig, step: number, steps: number): number {
  const s = step / steps;
  switch (schedule.kind) {
    case "oneCycle":
      return s < schedule.peakAt
        ? Math.min(1, (step + 1) / (steps * schedule.peakAt))
        : (1 - s) / (1 - schedule.peakAt);
    case "multiStep":
      return schedule.factor ** schedule.milestones.filter((milestone) => milestone <= s).length;
    case "cosine":
      return (1 + Math.cos(Math.PI * s)) / 2;
  }
}
