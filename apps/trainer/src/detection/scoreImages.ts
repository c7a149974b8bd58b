import type { PixelBatch, Predict } from "@apr-kit/contracts";
import { type OodScoreName, oodScores } from "@apr-kit/metrics";
import { collectLogits } from "../evaluation/collectLogits.ts";
import { collectOdinScores } from "./collectOdinScores.ts";
import type { DetectOptions } from "./detectOod.ts";
import {
  collectFeatures,
  drawReference,
  type ExtractFeatures,
  type FeatureScoreName,
  featureScoreNames,
  fitFeatureScore,
} from "./featureScores.ts";

/** A confidence from logits, from features, or ODIN's, which needs gradients. */
export type DetectionScore = OodScoreName | FeatureScoreName | "odin";

/** One network, three times: as it was evaluated, differentiable in float32, and without its last layer. */
export interface DetectedNetwork {
  readonly predict: Predict;
  readonly differentiable: Predict;
  readonly features: ExtractFeatures;
}

/** What scores that need no reference are, in words; larger is more familiar. */
const scoreConventions: Readonly<Record<Exclude<DetectionScore, FeatureScoreName>, string>> = {
  msp: "largest softmax probability",
  maxLogit: "largest logit",
  energy: "ln Σ exp(logit), the negated free energy at temperature 1",
  entropy: "negated entropy of the softmax, nats",
  odin: "largest softmax probability at temperature 1000 after a step of 0.0014 on the [0, 1] scale",
};

/**
 * Makes a function from images to their logits and all wanted scores, with progress over all sets.
 *
 * @returns the function, and what each score is in words
 */
export async function scoreImages(network: DetectedNetwork, options: DetectOptions) {
  const { dataset, foreign, scores, referenceImages, batchSize, seed, onProgress } = options;
  const classes = dataset.classes.length;
  const fromFeatures = featureScoreNames.filter((name) => scores.includes(name));
  const hasFeatures = fromFeatures.length > 0;
  const reference = drawReference(dataset.train, { images: referenceImages, seed });
  const images = foreign.reduce((sum, { images: { shape } }) => sum + shape[0], dataset.test.size);
  const passes = 1 + Number(scores.includes("odin")) + Number(hasFeatures);
  const total = passes * images + (hasFeatures ? reference.size : 0);
  let done = 0;
  const counting = (note: string) => ({
    batchSize,
    onImages(count: number) {
      done += count;
      onProgress({ task: "scoring", done, total, unit: "images", note });
    },
  });

  const conventions = new Map(Object.entries(scoreConventions) as [DetectionScore, string][]);
  const fitted = new Map<DetectionScore, ReturnType<typeof fitFeatureScore>["score"]>();
  if (hasFeatures) {
    const counted = counting(`${dataset.name}, training`);
    const features = await collectFeatures(network.features, reference.images, counted);
    for (const name of fromFeatures) {
      const found = fitFeatureScore(name, { features, labels: reference.labels, classes });
      fitted.set(name, found.score);
      conventions.set(name, found.convention);
    }
  }

  const score = async (pixels: PixelBatch, note: string) => {
    const counted = counting(note);
    const logits = await collectLogits(network.predict, pixels, counted);
    const odin = scores.includes("odin")
      ? await collectOdinScores(network.differentiable, pixels, counted)
      : undefined;
    const features = hasFeatures
      ? await collectFeatures(network.features, pixels, counted)
      : undefined;
    const lists = scores.map((name) => {
      if (name === "odin") return odin!;
      if (name === "mahalanobis" || name === "knn") return fitted.get(name)!(features!);
      return oodScores(logits, { classes, score: name });
    });
    return { logits, scores: lists };
  };
  return { score, conventions };
}
