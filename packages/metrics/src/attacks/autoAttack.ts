import type { AttackName, RunAttackOptions } from "./runAttack.ts";

/** An ensemble of attacks, each on the survivors of those before it. */
export interface AttackPlan {
  readonly attacks: readonly AttackName[];
  /** What they are run with; what is left out is each attack's default. */
  readonly options: Pick<RunAttackOptions, "steps" | "stepSize" | "restarts" | "eotIterations">;
}

/**
 * Returns the attacks of a version of AutoAttack.
 *
 *     standard: apgd-ce (100 iterations, 1 start), apgd-t (9 targets, 100), fab-t (9 targets, 100),
 *               square (5000 queries)
 *     rand:     apgd-ce, apgd-dlr with 20 gradients averaged per iteration, for randomised classifiers
 *
 * @see Croce and Hein, ICML 2020, §5. fra31/auto-attack also has "plus", which is not here.
 */
export function autoAttack(version: "standard" | "rand" = "standard"): AttackPlan {
  return version === "standard"
    ? { attacks: ["apgd-ce", "apgd-t", "fab-t", "square"], options: {} }
    : { attacks: ["apgd-ce", "apgd-dlr"], options: { eotIterations: 20 } };
}
