import type { Predict } from "@apr-kit/contracts";
import { apgd } from "./apgd.ts";
import { apgdTargeted } from "./apgdTargeted.ts";
import type { AsyncPredict } from "./asyncPredict.ts";
import type { AttackBatch } from "./attackBatch.ts";
import type { AttackOutcome, CommonOptions, Stop } from "./attackOutcome.ts";
import { fab } from "./fab.ts";
import { fgsm } from "./fgsm.ts";
import { pgd } from "./pgd.ts";
import type { Ball } from "./projectOntoBall.ts";
import { square } from "./square.ts";

/** The names of all attacks. */
export const attackNames = [
  "fgsm",
  "pgd",
  "apgd-ce",
  "apgd-dlr",
  "apgd-t",
  "fab-t",
  "square",
] as const;

export type AttackName = (typeof attackNames)[number];

/** What attacks share; each takes what concerns it and has its own defaults for the rest. */
export interface RunAttackOptions extends Ball, CommonOptions {
  /** Steps of PGD, iterations of APGD and FAB, queries of Square. */
  readonly steps?: number;
  /** Of PGD. */
  readonly stepSize?: number;
  /** Of PGD, APGD and FAB. */
  readonly restarts?: number;
  /** Of APGD. */
  readonly eotIterations?: number;
  /** Of APGD and FAB. */
  readonly stop?: Stop;
}

/**
 * Runs the attack of a name.
 *
 * @param predict differentiable, and answering at once, for all attacks but "square"
 */
export function runAttack(
  name: AttackName,
  { predict: answering, batch }: { readonly predict: AsyncPredict; readonly batch: AttackBatch },
  { steps, stepSize, ...options }: RunAttackOptions,
): Promise<AttackOutcome> {
  const predict = answering as Predict; // lossAndGradient refuses one that answers later
  const iterations = steps === undefined ? {} : { iterations: steps };
  switch (name) {
    case "fgsm":
      return fgsm(predict, batch, options);
    case "pgd":
      return pgd(predict, batch, {
        ...options,
        ...(steps === undefined ? {} : { steps }),
        ...(stepSize === undefined ? {} : { stepSize }),
      });
    case "apgd-ce":
      return apgd(predict, batch, { ...options, ...iterations, loss: "ce" });
    case "apgd-dlr":
      return apgd(predict, batch, { ...options, ...iterations, loss: "dlr" });
    case "apgd-t":
      return apgdTargeted(predict, batch, { ...options, ...iterations });
    case "fab-t":
      return fab(predict, batch, { ...options, ...iterations });
    case "square":
      return square(predict, batch, {
        ...options,
        ...(steps === undefined ? {} : { queries: steps }),
      });
  }
}
