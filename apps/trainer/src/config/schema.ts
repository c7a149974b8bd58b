import { z } from "zod";

const probability = z.number().min(0).max(1);
const severity = z.union([1, 2, 3, 4, 5].map((level) => z.literal(level as 1 | 2 | 3 | 4 | 5)));
const positiveInteger = z.int().min(1);

const pair = z
  .strictObject({
    /** Chance that a batch (or sample, by `gate`) is mixed. The paper's code: 0.6 for CIFAR. */
    probability: probability.default(0.6),
    gate: z.enum(["batch", "sample"]).default("batch"),
    axes: z.enum(["spatialAndChannel", "spatial"]).default("spatialAndChannel"),
  })
  .prefault({});

const single = z
  .strictObject({
    /** Chance that the two views of a sample are recombined; the first operation is always applied. */
    probability: probability.default(0.5),
    views: z.enum(["nested", "independent"]).default("nested"),
    quantize: z.enum(["clipRound", "wrap"]).default("clipRound"),
    axes: z.enum(["spatialAndChannel", "spatial"]).default("spatialAndChannel"),
  })
  .prefault({});

const augmix = z
  .strictObject({
    /** Chains of operations that are mixed. */
    width: positiveInteger.default(3),
    /** Operations of a chain; "random": 1, 2 or 3. */
    depth: z.union([z.literal("random"), positiveInteger]).default("random"),
    /** Upper end of the strength of operations, the code's severity. */
    level: z.number().min(0.1).max(10).default(3),
    /** Of the Dirichlet and Beta distributions. */
    concentration: z.number().positive().default(1),
    /** Adds color, contrast, brightness and sharpness, which overlap with the corruptions of the test sets. */
    allOps: z.boolean().default(false),
    /** Weight of the consistency loss among three views; true: 12, the paper's; false: one view, no such loss. */
    jsd: z
      .union([z.boolean(), z.number().min(0)])
      .default(true)
      .transform((weight) => (typeof weight === "number" ? weight : weight ? 12 : 0)),
  })
  .prefault({});

const augmentation = z
  .strictObject({
    method: z.enum(["standard", "apr-p", "apr-s", "apr-sp", "augmix"]).default("standard"),
    pair,
    single,
    augmix,
    crop: z
      .strictObject({
        padding: z.int().min(0).default(4),
        fill: z.int().min(0).max(255).default(128),
      })
      .prefault({}),
    flipProbability: probability.default(0.5),
  })
  .prefault({});

const schedule = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("oneCycle"),
    /** Fraction of the run at which the learning rate peaks; linear up, linear down to zero. */
    peakAt: probability.default(0.2),
  }),
  z.strictObject({
    kind: z.literal("multiStep"),
    /** Fractions of the run at which the learning rate is multiplied by `factor`. */
    milestones: z.array(probability).default([0.3, 0.6, 0.8, 0.95]),
    factor: z.number().positive().default(0.2),
  }),
  z.strictObject({ kind: z.literal("cosine") }),
]);

const training = z.strictObject({
  batchSize: positiveInteger.default(128),
  steps: positiveInteger,
  learningRate: z.number().positive().default(0.1),
  /** Nesterov's. */
  momentum: probability.default(0.9),
  /** Coupled (added to the gradient), on every trainable parameter, as in PyTorch's SGD. */
  weightDecay: z.number().min(0).default(5e-4),
  labelSmoothing: probability.default(0),
  /** How the losses of the clean and the mixed half join. The paper's code: their sum. */
  halves: z.enum(["sum", "mean"]).default("sum"),
  /**
   * Precision of feature maps in training and evaluation. "auto": bfloat16 where the machine computes it
   * faster, float32 elsewhere; a run stores which one it became.
   */
  precision: z.enum(["auto", "float32", "bfloat16"]).default("float32"),
  schedule: schedule.default({ kind: "multiStep", milestones: [0.3, 0.6, 0.8, 0.95], factor: 0.2 }),
  /** Steps between checkpoints; the last step always leaves one. */
  checkpointEvery: positiveInteger.default(500),
});

const evaluation = z
  .strictObject({
    /** Test images per corruption and severity, taken from the start of the test set. */
    corruptedImages: positiveInteger.default(1000),
    severities: z.array(severity).min(1).default([1, 2, 3, 4, 5]),
    batchSize: positiveInteger.default(500),
  })
  .prefault({});

const validation = z
  .strictObject({
    /**
     * Images held out of the training set, drawn with the run's seed and measured after every epoch, so
     * that nothing needs to be chosen on the test set. 0: none.
     */
    size: z.int().min(0).default(0),
  })
  .prefault({});

/** Everything that decides a run's numbers. Strict: an unknown key is an error. */
export const runConfigSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "expected lower-case letters, digits and dashes"),
  seed: z.int().min(0).default(1),
  dataset: z.enum(["cifar10", "cifar100"]).default("cifar10"),
  model: z.strictObject({
    name: z.string(),
    options: z.record(z.string(), z.union([z.number(), z.boolean()])).default({}),
  }),
  augmentation,
  training,
  validation,
  evaluation,
});

export type RunConfig = z.infer<typeof runConfigSchema>;
export type AugmentationConfig = RunConfig["augmentation"];
export type TrainingConfig = RunConfig["training"];
export type EvaluationConfig = RunConfig["evaluation"];
export type ScheduleConfig = TrainingConfig["schedule"];
