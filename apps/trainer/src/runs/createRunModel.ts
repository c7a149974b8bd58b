import { findDataset } from "@apr-kit/datasets";
import { createModel, type Model } from "@apr-kit/models";
import type { RunConfig } from "../config/schema.ts";

/** The model of a configuration; as many classes as its data set has, where it states no other number. */
export function createRunModel({ dataset, model }: Pick<RunConfig, "dataset" | "model">): Model {
  const numClasses = findDataset(dataset).facts.classes.length;
  return createModel(model.name, { numClasses, ...model.options });
}
