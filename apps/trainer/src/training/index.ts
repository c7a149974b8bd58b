export { createVelocities, type SgdOptions, type Velocities } from "./sgd.ts";
export {
  type LabelledBatch,
  type TrainingState,
  type TrainStepOptions,
  trainStep,
} from "./trainStep.ts";
