import { PYTORCH_DEFAULT } from "../initialisation.ts";
import type { Layers } from "../layers.ts";
import type { ModelConfig } from "../model.ts";
import { type Architecture, scaled } from "./architecture.ts";

const STAGES = [
  { channels: 64, stride: 1 },
  { channels: 128, stride: 2 },
  { channels: 256, stride: 2 },
  { channels: 512, stride: 2 },
] as const;

/**
 * ResNet-18 with the stem for 32×32 images: one 3×3 convolution, no pooling.
 *
 * @see He et al., Deep Residual Learning for Image Recognition, CVPR 2016. Names and stem as in
 *      kuangliu/pytorch-cifar, which APR uses. The last pooling is over the whole map, which is
 *      the reference's 4×4 window for 32×32 images.
 */
export function resNet18(config: ModelConfig): Architecture {
  return {
    initialisation: PYTORCH_DEFAULT,
    network(layers, images) {
      const stem = { out: scaled(64, config), size: 3, padding: 1 };
      let maps = layers.relu(layers.batchNorm("bn1", layers.conv("conv1", images, stem)));
      STAGES.forEach(({ channels, stride }, stage) => {
        const out = scaled(channels, config);
        maps = basicBlock(layers, `layer${stage + 1}.0`, maps, { out, stride });
        maps = basicBlock(layers, `layer${stage + 1}.1`, maps, { out, stride: 1 });
      });
      return layers.linear("linear", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  };
}

/** relu(bn(conv(relu(bn(conv(x))))) + shortcut(x)), the shortcut a 1×1 conv where shapes differ. */
function basicBlock<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  { out, stride }: { readonly out: number; readonly stride: number },
): TMaps {
  let maps = layers.conv(`${name}.conv1`, input, { out, size: 3, stride, padding: 1 });
  maps = layers.relu(layers.batchNorm(`${name}.bn1`, maps));
  maps = layers.conv(`${name}.conv2`, maps, { out, size: 3, padding: 1 });
  maps = layers.batchNorm(`${name}.bn2`, maps);
  if (stride === 1 && layers.channels(input) === out) return layers.relu(layers.add(maps, input));

  const projected = layers.conv(`${name}.shortcut.0`, input, { out, size: 1, stride });
  return layers.relu(layers.add(maps, layers.batchNorm(`${name}.shortcut.1`, projected)));
}
