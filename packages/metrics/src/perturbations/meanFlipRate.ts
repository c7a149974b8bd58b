import { show, ValueError } from "@apr-kit/contracts";
import { mean } from "../meanCorruptionError.ts";
import type { Measurement } from "../streamingMetric.ts";
import {
  alexNetFlipProbabilities,
  cifarPerturbations,
  type ImageNetPerturbation,
  imageNetPerturbations,
} from "./perturbations.ts";

export interface MeanFlipRateOptions {
  /** "imagenet-p": mean of ratios to AlexNet. "cifar-p": plain mean. */
  readonly set: "imagenet-p" | "cifar-p";
}

export interface FlipRateSummary extends Measurement {
  readonly byPerturbation: Readonly<Record<string, number>>;
}

/**
 * Returns the mean flip rate over the ten perturbations of ImageNet-P or CIFAR-P.
 *
 *     "imagenet-p":  value = mean_p FP_p / FP_AlexNet,p        "cifar-p":  value = mean_p FP_p
 *
 * @param flipProbabilities fractions by perturbation; exactly the ten names of the set
 * @returns fractions; the literature prints them times 100
 *
 * Convention: AlexNet's flip probabilities are unverified (see alexNetFlipProbabilities), and the result says so. Validation
 * perturbations are in no mean flip rate.
 *
 * @throws {ValueError} if a perturbation is missing or unknown, or a value lies outside [0, 1]
 * @example
 * meanFlipRate(alexNetFlipProbabilities, { set: "imagenet-p" }).value; // 1
 *
 * @see Hendrycks & Dietterich, ICLR 2019, §4.2.
 */
export function meanFlipRate(
  flipProbabilities: Readonly<Record<string, number>>,
  { set }: MeanFlipRateOptions,
): FlipRateSummary {
  const names: readonly string[] =
    set === "imagenet-p" ? imageNetPerturbations : cifarPerturbations;
  assertNames(names, Object.keys(flipProbabilities));
  const rates = names.map((name) => {
    const probability = flipProbabilities[name] as number;
    if (!(probability >= 0 && probability <= 1)) {
      throw new ValueError("meanFlipRate", {
        expected: `flipProbabilities.${name} to be a fraction in [0, 1]`,
        actual: show(probability),
      });
    }
    return set === "cifar-p"
      ? probability
      : probability / alexNetFlipProbabilities[name as ImageNetPerturbation];
  });
  return {
    value: mean(rates),
    byPerturbation: Object.fromEntries(names.map((name, i) => [name, rates[i] as number])),
    convention:
      set === "cifar-p"
        ? "plain mean of flip probabilities over 10 perturbations, not divided by AlexNet's"
        : "mean over 10 perturbations of flip probability / AlexNet's (AlexNet's values unverified)",
  };
}

function assertNames(names: readonly string[], given: readonly string[]): void {
  const missing = names.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !names.includes(name));
  if (missing.length === 0 && unknown.length === 0) return;
  const parts = [
    ...(missing.length > 0 ? [`without ${missing.join(", ")}`] : []),
    ...(unknown.length > 0 ? [`with ${unknown.join(", ")}`] : []),
  ];
  throw new ValueError("meanFlipRate", {
    expected: "flip probabilities of exactly the set's 10 perturbations",
    actual: `flip probabilities ${parts.join(" and ")}`,
  });
}
