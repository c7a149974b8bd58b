import type { Initialisation } from "../initialisation.ts";
import type { Network } from "../layers.ts";
import type { ModelConfig } from "../model.ts";

/** A network and how its layers start. */
export interface Architecture {
  readonly network: Network;
  readonly initialisation: Initialisation;
}

/** Makes an architecture for a number of classes and a width. */
export type BuildArchitecture = (config: ModelConfig) => Architecture;

/** The number of channels that `width` leaves of `channels`; at least 1. */
export function scaled(channels: number, { width }: ModelConfig): number {
  return Math.max(1, Math.round(channels * width));
}
