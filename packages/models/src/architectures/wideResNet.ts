import { FAN_OUT_NORMAL } from "../initialisation.ts";
import type { Layers } from "../layers.ts";
import { type Architecture, type BuildArchitecture, scaled } from "./architecture.ts";

const GROUPS = [
  { channels: 16, stride: 1 },
  { channels: 32, stride: 2 },
  { channels: 64, stride: 2 },
] as const;

/**
 * Wide ResNet WRN-depth-widen without dropout, for 32×32 images.
 *
 * @see Zagoruyko and Komodakis, Wide Residual Networks, BMVC 2016. Names as in AugMix and APR. Where a block
 *      changes the number of channels, its shortcut takes the activated input; elsewhere the raw one.
 */
export function wideResNet(depth: number, widen: number): BuildArchitecture {
  const blocks = (depth - 4) / 6;
  return (config): Architecture => ({
    initialisation: FAN_OUT_NORMAL,
    network(layers, images) {
      let maps = layers.conv("conv1", images, { out: scaled(16, config), size: 3, padding: 1 });
      GROUPS.forEach(({ channels, stride }, group) => {
        const out = scaled(channels * widen, config);
        for (let block = 0; block < blocks; block++) {
          const name = `block${group + 1}.layer.${block}`;
          maps = wideBlock(layers, name, maps, { out, stride: block === 0 ? stride : 1 });
        }
      });
      maps = layers.relu(layers.batchNorm("bn1", maps));
      return layers.linear("fc", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  });
}

function wideBlock<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  { out, stride }: { readonly out: number; readonly stride: number },
): TMaps {
  const activated = layers.relu(layers.batchNorm(`${name}.bn1`, input));
  let maps = layers.conv(`${name}.conv1`, activated, { out, size: 3, stride, padding: 1 });
  maps = layers.relu(layers.batchNorm(`${name}.bn2`, maps));
  maps = layers.conv(`${name}.conv2`, maps, { out, size: 3, padding: 1 });
  if (layers.channels(input) === out) return layers.add(maps, input);
  return layers.add(
    maps,
    layers.conv(`${name}.conv_shortcut`, activated, { out, size: 1, stride }),
  );
}
