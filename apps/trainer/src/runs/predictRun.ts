import type { Predict } from "@apr-kit/contracts";
import type { ImageDataset } from "@apr-kit/datasets";
import { asPredict } from "@apr-kit/models";
import { fixedPrecision } from "../training/fixedPrecision.ts";
import type { Run } from "./runFolder.ts";

/** The run's network in inference mode, as a function of [0, 1] images. */
export function predictRun(
  { model, checkpoint, config }: Run,
  { normalisation }: ImageDataset,
): Predict {
  const precision = fixedPrecision(config.training);
  return asPredict(model, checkpoint.state.parameters, normalisation, { precision });
}
