import { ValueError } from "@apr-kit/contracts";
import type { RobustnessFlag } from "./classifierFlags.ts";
import type { Ball } from "./projectOntoBall.ts";
import type { RobustnessStep } from "./robustnessSteps.ts";

/** What was left after one attack and those before it. */
export interface RobustnessRow {
  readonly attack: RobustnessStep["attack"];
  /** Images that the attack was run on. */
  readonly attacked: number;
  /** Images of the whole set still classified rightly. */
  readonly survivors: number;
  /** survivors / images, a fraction. */
  readonly robustAccuracy: number;
}

/** The result of an evaluation, with how it was defined. */
export interface RobustnessReport extends Ball {
  readonly images: number;
  readonly cleanAccuracy: number;
  readonly robustAccuracy: number;
  readonly rows: readonly RobustnessRow[];
  /** Largest perturbation of an adversarial image; 0 where there is none. */
  readonly maxNorm: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly nanCount: number;
  readonly flags: readonly RobustnessFlag[];
  readonly convention: string;
}

/** What float32 images of [0, 1] add to a perturbation of norm ε by rounding. */
const ROUNDING = { Linf: 1e-6, L2: 1e-5 };
const SQUARE_MARGIN = 0.002;

/**
 * Sums up the steps of {@link robustnessSteps}.
 *
 * @param options.flags what `classifierFlags` found before
 *
 * @throws {ValueError} if there are no steps, or an adversarial image lies outside the ball or [0, 1]
 */
export function robustnessReport(
  steps: readonly RobustnessStep[],
  { norm, epsilon, flags = [] }: Ball & { readonly flags?: readonly RobustnessFlag[] },
): RobustnessReport {
  const rows = countRows(steps);
  const [clean, last] = [rows[0], rows.at(-1)];
  if (clean === undefined || last === undefined) {
    throw new ValueError("robustnessReport", { expected: "at least one step", actual: "none" });
  }
  const maxNorm = Math.max(0, ...steps.flatMap(({ norms }) => norms));
  const minimum = Math.min(...steps.map((step) => step.minimum));
  const maximum = Math.max(...steps.map((step) => step.maximum));
  const nanCount = steps.reduce((sum, step) => sum + step.nanCount, 0);
  if (!(maxNorm <= epsilon + ROUNDING[norm] && minimum >= 0 && maximum <= 1 && nanCount === 0)) {
    throw new ValueError("robustnessReport", {
      expected: `adversarial images within ${norm} ${epsilon} and [0, 1]`,
      actual: `norm ${maxNorm}, values in [${minimum}, ${maximum}], ${nanCount} NaN`,
    });
  }
  return {
    norm,
    epsilon,
    images: clean.attacked,
    cleanAccuracy: clean.robustAccuracy,
    robustAccuracy: last.robustAccuracy,
    rows,
    maxNorm,
    minimum,
    maximum,
    nanCount,
    flags: [...flags, ...laterFlags(steps, rows)],
    convention:
      `share of ${clean.attacked} images classified rightly after each attack within the ${norm} ball of ` +
      `radius ${epsilon} on the [0, 1] scale; each attack sees the survivors of those before it; images ` +
      "that are misclassified without an attack count as broken",
  };
}

function countRows(steps: readonly RobustnessStep[]): RobustnessRow[] {
  const rows: RobustnessRow[] = [];
  const images = steps.reduce(
    (n, { attack, samples }) => n + (attack === "clean" ? samples.length : 0),
    0,
  );
  let survivors = images;
  for (const attack of new Set(steps.map((step) => step.attack))) {
    const own = steps.filter((step) => step.attack === attack);
    const attacked = own.reduce((n, { samples }) => n + samples.length, 0);
    survivors -= own.reduce((n, { broken }) => n + broken.length, 0);
    rows.push({ attack, attacked, survivors, robustAccuracy: survivors / images });
  }
  return rows;
}

/** The checks that AutoAttack makes while and after it runs. */
function laterFlags(
  steps: readonly RobustnessStep[],
  rows: readonly RobustnessRow[],
): RobustnessFlag[] {
  const flags: RobustnessFlag[] = [];
  const zero = steps.reduce((sum, { zeroGradients }) => sum + zeroGradients, 0);
  if (zero > 0) {
    flags.push({
      code: "zero-gradients",
      message: `${zero} images with a gradient of zero: gradient-based attacks are blind there`,
    });
  }
  const square = rows.findIndex(({ attack }) => attack === "square");
  const drop =
    square > 1 // something besides "clean" ran before
      ? (rows[square - 1] as RobustnessRow).robustAccuracy -
        (rows[square] as RobustnessRow).robustAccuracy
      : 0;
  if (drop > SQUARE_MARGIN) {
    flags.push({
      code: "square-wins",
      message: `Square lowered the accuracy by a further ${(100 * drop).toFixed(2)} %: gradients may be masked`,
    });
  }
  return flags;
}
