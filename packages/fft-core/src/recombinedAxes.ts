import { show, ValueError } from "@apr-kit/contracts";

const AXES = { spatialAndChannel: [1, 2, 3], spatial: [1, 2] } as const;

/** The axes of [batch, height, width, channel] that a name stands for; a single channel needs no transform. */
export function recombinedAxes(where: string, name: keyof typeof AXES, channels: number): number[] {
  if (!Object.hasOwn(AXES, name)) {
    throw new ValueError(where, {
      expected: 'axes to be "spatialAndChannel" or "spatial"',
      actual: show(name),
    });
  }
  return [...AXES[channels === 1 ? "spatial" : name]];
}
