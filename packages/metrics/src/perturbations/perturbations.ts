/** The ten perturbations of ImageNet-P that its mean flip rate is over. */
export const imageNetPerturbations = [
  "gaussian_noise",
  "shot_noise",
  "motion_blur",
  "zoom_blur",
  "snow",
  "brightness",
  "translate",
  "rotate",
  "tilt",
  "scale",
] as const;

/** The ten of CIFAR-10-P and CIFAR-100-P: spatter in the place of snow. */
export const cifarPerturbations = [
  "gaussian_noise",
  "shot_noise",
  "motion_blur",
  "zoom_blur",
  "spatter",
  "brightness",
  "translate",
  "rotate",
  "tilt",
  "scale",
] as const;

export type ImageNetPerturbation = (typeof imageNetPerturbations)[number];
export type CifarPerturbation = (typeof cifarPerturbations)[number];

/**
 * Flip probabilities of AlexNet on ImageNet-P.
 *
 * Unverified: recalled from the published evaluation code, not checked against any source.
 */
export const alexNetFlipProbabilities: { readonly [name in ImageNetPerturbation]: number } = {
  gaussian_noise: 0.2365,
  shot_noise: 0.3006,
  motion_blur: 0.093,
  zoom_blur: 0.0594,
  snow: 0.1193,
  brightness: 0.0489,
  translate: 0.1101,
  rotate: 0.131,
  tilt: 0.0705,
  scale: 0.2353,
};

/** Which frame another one is compared with. */
export type FrameReference = "previous" | "first";

/** Noise frames are independent draws on one image, so they compare with the first; others with the one before. */
export function frameReference(perturbation: string): FrameReference {
  return perturbation.endsWith("_noise") ? "first" : "previous";
}
