import { FAN_OUT_NORMAL } from "../initialisation.ts";
import type { ModelConfig } from "../model.ts";
import { type Architecture, scaled } from "./architecture.ts";

/**
 * All Convolutional Net of AugMix, for 32×32 images. It has dropout.
 *
 * Convention: the two padded 1×1 convolutions grow the map from 6×6 to 8×8 to 10×10, of which the
 * last pooling sees the top left 8×8; both are the reference's, kept for its numbers. Module
 * indices count the activation, pooling and dropout modules of its Sequential.
 *
 * @see Springenberg et al., Striving for Simplicity, ICLR 2015 workshop; google-research/augmix,
 *      models/cifar/allconv.py.
 */
export function allConv(config: ModelConfig): Architecture {
  const narrow = scaled(96, config);
  const wide = scaled(192, config);
  return {
    initialisation: FAN_OUT_NORMAL,
    network(layers, images) {
      let index = 0;
      let maps = images;

      function conv(out: number, size: number, padding: number): void {
        maps = layers.conv(`features.${index}`, maps, { out, size, padding, bias: true });
        maps = layers.sigmoidGelu(layers.batchNorm(`features.${index + 1}`, maps));
        index += 3;
      }

      function halve(): void {
        maps = layers.maxPool(maps, { size: 2 });
        maps = layers.dropoutHalf(`features.${index + 1}`, maps);
        index += 2;
      }

      for (let i = 0; i < 3; i++) conv(narrow, 3, 1); // 32×32
      halve();
      for (let i = 0; i < 3; i++) conv(wide, 3, 1); // 16×16
      halve();
      conv(wide, 3, 0); // 6×6
      conv(wide, 1, 1); // 8×8
      conv(wide, 1, 1); // 10×10
      maps = layers.avgPool(maps, { size: 8 }); // 1×1
      return layers.linear("classifier", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  };
}
