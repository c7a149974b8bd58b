import { FAN_OUT_NORMAL } from "../initialisation.ts";
import type { ModelConfig } from "../model.ts";
import { type Architecture, scaled } from "./architecture.ts";

const LAYERS_PER_BLOCK = 12;

/**
 * DenseNet-40 with growth 12, no bottlenecks and no compression, for 32×32 images.
 *
 * @see Huang et al., Densely Connected Convolutional Networks, CVPR 2017. Names as in
 *      google-research/augmix, third_party/ResNeXt_DenseNet.
 */
export function denseNet40(config: ModelConfig): Architecture {
  const growth = scaled(12, config);
  return {
    initialisation: FAN_OUT_NORMAL,
    network(layers, images) {
      let maps = layers.conv("conv1", images, { out: 2 * growth, size: 3, padding: 1 });
      for (let block = 1; block <= 3; block++) {
        for (let layer = 0; layer < LAYERS_PER_BLOCK; layer++) {
          const name = `dense${block}.${layer}`;
          const activated = layers.relu(layers.batchNorm(`${name}.bn1`, maps));
          const options = { out: growth, size: 3, padding: 1 };
          maps = layers.concat(maps, layers.conv(`${name}.conv1`, activated, options));
        }
        if (block === 3) break;
        const activated = layers.relu(layers.batchNorm(`trans${block}.bn1`, maps));
        const options = { out: layers.channels(maps), size: 1 };
        maps = layers.conv(`trans${block}.conv1`, activated, options);
        maps = layers.avgPool(maps, { size: 2 });
      }
      maps = layers.relu(layers.batchNorm("bn1", maps));
      return layers.linear("fc", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  };
}
