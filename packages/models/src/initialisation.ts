import { createRng } from "@apr-kit/contracts";

/** Where initial values come from, independently of each other. */
export type Distribution =
  | { readonly from: "constant"; readonly value: number }
  /** On [-bound, bound). */
  | { readonly from: "uniform"; readonly bound: number }
  | { readonly from: "normal"; readonly standardDeviation: number };

/** What of a layer decides how it starts. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** How the layers of one architecture start. Batch norm always starts as scale 1, offset 0. */
export interface Initialisation {
  readonly convWeight: (fans: Fans) => Distribution;
  readonly linearWeight: (fans: Fans) => Distribution;
  readonly linearBias: (fans: Fans) => Distribution;
}

export const ZEROS: Distribution = { from: "constant", value: 0 };
export const ONES: Distribution = { from: "constant", value: 1 };

/** PyTorch's default of weights and biases: kaiming_uniform with a = √5 has the bound 1/√fanIn. */
export const pyTorchDefault = ({ fanIn }: Fans): Distribution => ({
  from: "uniform",
  bound: 1 / Math.sqrt(fanIn),
});

const kaimingNormal = (fan: number): Distribution => ({
  from: "normal",
  standardDeviation: Math.sqrt(2 / fan),
});

/** Everything as PyTorch's modules start by themselves. */
export const PYTORCH_DEFAULT: Initialisation = {
  convWeight: pyTorchDefault,
  linearWeight: pyTorchDefault,
  linearBias: pyTorchDefault,
};

/** Convolutions N(0, 2 / (size² · out)), the rest as PyTorch's modules start. */
export const FAN_OUT_NORMAL_CONVOLUTIONS: Initialisation = {
  ...PYTORCH_DEFAULT,
  convWeight: ({ fanOut }) => kaimingNormal(fanOut),
};

/** Convolutions N(0, 2 / (size² · out)), linear bias 0. */
export const FAN_OUT_NORMAL: Initialisation = {
  convWeight: ({ fanOut }) => kaimingNormal(fanOut),
  linearWeight: pyTorchDefault,
  linearBias: () => ZEROS,
};

/** As FAN_OUT_NORMAL, with the linear weight N(0, 2 / in). */
export const FAN_OUT_NORMAL_WITH_NORMAL_LINEAR: Initialisation = {
  ...FAN_OUT_NORMAL,
  linearWeight: ({ fanIn }) => kaimingNormal(fanIn),
};

/**
 * Fills `values` anew.
 *
 * @returns the same array
 *
 * Randomness: the stream { seed, purpose: "initialise.<name>" }, so that a parameter's start depends
 * on its own name only, not on what else the model holds.
 */
export function drawInitial(
  distribution: Distribution,
  values: Float32Array,
  { seed, name }: { readonly seed: number; readonly name: string },
): Float32Array {
  if (distribution.from === "constant") return values.fill(distribution.value);
  const rng = createRng({ seed, purpose: `initialise.${name}` });
  for (let i = 0; i < values.length; i++) {
    values[i] =
      distribution.from === "uniform"
        ? (2 * rng.uniform() - 1) * distribution.bound
        : rng.normal() * distribution.standardDeviation;
  }
  return values;
}
