export { type ApgdOptions, apgd } from "./apgd.ts";
export { type ApgdTargetedOptions, apgdTargeted } from "./apgdTargeted.ts";
export type { AsyncPredict } from "./asyncPredict.ts";
export type { AttackBatch } from "./attackBatch.ts";
export type { AttackOutcome, CommonOptions, Stop } from "./attackOutcome.ts";
export { type AttackPlan, autoAttack } from "./autoAttack.ts";
export { classifierFlags, type RobustnessFlag } from "./classifierFlags.ts";
export { crossEntropyLoss } from "./crossEntropyLoss.ts";
export { dlrLoss } from "./dlrLoss.ts";
export { dlrTargetedLoss } from "./dlrTargetedLoss.ts";
export { type FabOptions, fab } from "./fab.ts";
export { fgsm } from "./fgsm.ts";
export type { LossOfLogits } from "./lossAndGradient.ts";
export { type PgdOptions, pgd } from "./pgd.ts";
export { type Ball, type Norm, projectOntoBall } from "./projectOntoBall.ts";
export { projectOntoHyperplane } from "./projectOntoHyperplane.ts";
export {
  type RobustnessReport,
  type RobustnessRow,
  robustnessReport,
} from "./robustnessReport.ts";
export {
  type RobustnessOptions,
  type RobustnessStep,
  robustnessSteps,
} from "./robustnessSteps.ts";
export { type AttackName, attackNames, type RunAttackOptions, runAttack } from "./runAttack.ts";
export { type SquareOptions, square } from "./square.ts";
