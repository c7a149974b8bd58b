import type { Predict } from "@apr-kit/contracts";
import type { ImageDataset } from "@apr-kit/datasets";
import { traced } from "@apr-kit/engine";
import { asPredict } from "@apr-kit/models";
import { fixedPrecision } from "../training/fixedPrecision.ts";
import type { Run } from "./runFolder.ts";

/** The run's network in inference mode, as a function of [0, 1] images; recorded once for each of their shapes. */
export function predictRun(
  { model, checkpoint, config }: Run,
  { normalisation }: ImageDataset,
): Predict {
  const precision = fixedPrecision(config.training);
  const { parameters } = checkpoint.state;
  return traced(asPredict(model, parameters, normalisation, { precision }), { name: "predict" });
}
