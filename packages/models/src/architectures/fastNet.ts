import { PYTORCH_DEFAULT } from "../initialisation.ts";
import type { Layers } from "../layers.ts";
import type { ModelConfig } from "../model.ts";
import { type Architecture, scaled } from "./architecture.ts";

const STAGES = [
  { channels: 48, hasResidual: true },
  { channels: 96, hasResidual: false },
  { channels: 192, hasResidual: true },
] as const;

/** Keeps the first softmax soft although the last layer sees maxima. */
const LOGIT_SCALE = 0.125;

/**
 * A nine-layer residual net that learns CIFAR-10 on a few CPU cores; 923,312 parameters.
 *
 * @see Page, How to Train Your ResNet, 2018-2019, the net of the fastest DAWNBench entries (Coleman
 *      et al., DAWNBench, 2017), at 3/8 of its widths, the stem at 1/4 (bfloat16 convolutions like multiples of 16); Jordan, 94% on CIFAR-10 in 3.29 Seconds on a
 *      Single GPU, 2024 (airbench) for the line of work. Names are ours.
 */
export function fastNet(config: ModelConfig): Architecture {
  return {
    initialisation: PYTORCH_DEFAULT,
    network(layers, images) {
      let maps = convBnRelu(layers, "stem", images, scaled(16, config));
      STAGES.forEach(({ channels, hasResidual }, index) => {
        const out = scaled(channels, config);
        const name = `stage${index + 1}`;
        maps = layers.maxPool(convBnRelu(layers, name, maps, out), { size: 2 });
        if (!hasResidual) return;
        const inner = convBnRelu(layers, `${name}.residual.0`, maps, out);
        maps = layers.add(maps, convBnRelu(layers, `${name}.residual.1`, inner, out));
      });
      const options = { out: config.numClasses, bias: false };
      return layers.scale(
        layers.linear("linear", layers.globalMaxPool(maps), options),
        LOGIT_SCALE,
      );
    },
  };
}

function convBnRelu<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  out: number,
): TMaps {
  const maps = layers.conv(`${name}.conv`, input, { out, size: 3, padding: 1 });
  return layers.relu(layers.batchNorm(`${name}.bn`, maps));
}
