import type { Layers } from "../layers.ts";

export interface ResidualBlockOptions {
  readonly out: number;
  readonly stride: number;
  /** What the source calls the projection of the input. */
  readonly shortcut: "shortcut" | "downsample";
}

/** relu(bn(conv(relu(bn(conv(x))))) + shortcut(x)), the shortcut a 1×1 conv where shapes differ. */
export function basicBlock<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  { out, stride, shortcut }: ResidualBlockOptions,
): TMaps {
  let maps = layers.conv(`${name}.conv1`, input, { out, size: 3, stride, padding: 1 });
  maps = layers.relu(layers.batchNorm(`${name}.bn1`, maps));
  maps = layers.conv(`${name}.conv2`, maps, { out, size: 3, padding: 1 });
  maps = layers.batchNorm(`${name}.bn2`, maps);
  return layers.relu(
    layers.add(maps, project(layers, `${name}.${shortcut}`, input, { out, stride })),
  );
}

/** The input as it is, or through a 1×1 convolution and batch norm where its shape has to change. */
export function project<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  { out, stride }: { readonly out: number; readonly stride: number },
): TMaps {
  if (stride === 1 && layers.channels(input) === out) return input;
  return layers.batchNorm(`${name}.1`, layers.conv(`${name}.0`, input, { out, size: 1, stride }));
}
