import { PYTORCH_DEFAULT } from "../initialisation.ts";
import type { ModelConfig } from "../model.ts";
import { type Architecture, scaled } from "./architecture.ts";
import { basicBlock } from "./basicBlock.ts";

const shortcut = "shortcut";

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
        maps = basicBlock(layers, `layer${stage + 1}.0`, maps, { out, stride, shortcut });
        maps = basicBlock(layers, `layer${stage + 1}.1`, maps, { out, stride: 1, shortcut });
      });
      return layers.linear("linear", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  };
}
