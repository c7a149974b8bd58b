export { createVelocities, type SgdOptions, type Velocities } from "./sgd.ts";
export type { LabelledBatch, TrainingState } from "./takeStep.ts";
export {
  type StepKey,
  type StepSettings,
  type TracedTrainStep,
  tracedTrainStep,
} from "./tracedTrainStep.ts";
export { type StepFigures, type TrainStepOptions, trainStep } from "./trainStep.ts";
