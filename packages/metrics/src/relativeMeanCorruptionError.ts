import { show, ValueError } from "@apr-kit/contracts";
import { alexNetCleanError, alexNetErrors } from "./alexNetErrors.ts";
import { benchmarkCorruptions, type CorruptionErrors } from "./corruptions.ts";
import {
  assertCorruptionErrors,
  assertFiveSeverities,
  type CorruptionSummary,
  mapCorruptions,
  mean,
  summarise,
} from "./meanCorruptionError.ts";

/**
 * Returns the relative mean corruption error of ImageNet-C: degradation from clean, against AlexNet's.
 *
 *     CE_c = Σ_s (E(c, s) - E_clean) / Σ_s (E_AlexNet(c, s) - E_AlexNet,clean),   value = mean_c CE_c
 *
 * @param errors top-1 error fractions by corruption, five severities each; exactly the fifteen names
 * @param options.cleanError top-1 error fraction on the clean set
 * @returns fractions; below 0 where a corrupted set is easier than the clean one
 *
 * @throws {ShapeError} unless there are five severities everywhere
 * @throws {ValueError} if a corruption is missing or unknown, or an error lies outside [0, 1]
 * @example
 * relativeMeanCorruptionError(alexNetErrors, { cleanError: alexNetCleanError }).value; // 1
 *
 * @see Hendrycks & Dietterich, ICLR 2019, §4.1.
 */
export function relativeMeanCorruptionError(
  errors: CorruptionErrors,
  { cleanError }: { readonly cleanError: number },
): Omit<CorruptionSummary, "errorBySeverity"> {
  const where = "relativeMeanCorruptionError";
  assertFiveSeverities(where, assertCorruptionErrors(where, errors));
  if (!(cleanError >= 0 && cleanError <= 1)) {
    throw new ValueError(where, {
      expected: "cleanError to be a fraction in [0, 1]",
      actual: show(cleanError),
    });
  }
  const byCorruption = mapCorruptions(
    benchmarkCorruptions,
    (name) =>
      (mean(errors[name] as readonly number[]) - cleanError) /
      (mean(alexNetErrors[name]) - alexNetCleanError),
  );
  return {
    ...summarise(byCorruption),
    convention:
      "mean over 15 corruptions of (sum over 5 severities of error above clean) / (AlexNet's sum above its clean error 0.4348)",
  };
}
