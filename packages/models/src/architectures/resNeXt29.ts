import { FAN_OUT_NORMAL_WITH_NORMAL_LINEAR } from "../initialisation.ts";
import type { Layers } from "../layers.ts";
import type { ModelConfig } from "../model.ts";
import { type Architecture, scaled } from "./architecture.ts";

const CARDINALITY = 4;
const BLOCKS_PER_STAGE = 3;

/** `inner`: channels of all groups together. */
const STAGES = [
  { inner: 128, out: 256, stride: 1 },
  { inner: 256, out: 512, stride: 2 },
  { inner: 512, out: 1024, stride: 2 },
] as const;

interface BlockOptions {
  readonly inner: number;
  readonly out: number;
  readonly stride: number;
}

/**
 * ResNeXt-29 4×32d for 32×32 images.
 *
 * @see Xie et al., Aggregated Residual Transformations for Deep Neural Networks, CVPR 2017. Names as
 *      in google-research/augmix, third_party/ResNeXt_DenseNet.
 */
export function resNeXt29(config: ModelConfig): Architecture {
  return {
    initialisation: FAN_OUT_NORMAL_WITH_NORMAL_LINEAR,
    network(layers, images) {
      const stem = { out: scaled(64, config), size: 3, padding: 1 };
      let maps = layers.relu(layers.batchNorm("bn_1", layers.conv("conv_1_3x3", images, stem)));
      STAGES.forEach(({ inner, out, stride }, stage) => {
        for (let block = 0; block < BLOCKS_PER_STAGE; block++) {
          maps = bottleneck(layers, `stage_${stage + 1}.${block}`, maps, {
            inner: CARDINALITY * scaled(inner / CARDINALITY, config),
            out: scaled(out, config),
            stride: block === 0 ? stride : 1,
          });
        }
      });
      return layers.linear("classifier", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  };
}

/** 1×1, grouped 3×3 and 1×1 convolutions beside the input, which is projected where shapes differ. */
function bottleneck<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  { inner, out, stride }: BlockOptions,
): TMaps {
  const grouped = { out: inner, size: 3, stride, padding: 1, groups: CARDINALITY };
  let maps = layers.conv(`${name}.conv_reduce`, input, { out: inner, size: 1 });
  maps = layers.relu(layers.batchNorm(`${name}.bn_reduce`, maps));
  maps = layers.conv(`${name}.conv_conv`, maps, grouped);
  maps = layers.relu(layers.batchNorm(`${name}.bn`, maps));
  maps = layers.conv(`${name}.conv_expand`, maps, { out, size: 1 });
  maps = layers.batchNorm(`${name}.bn_expand`, maps);
  if (stride === 1 && layers.channels(input) === out) return layers.relu(layers.add(maps, input));

  const projected = layers.conv(`${name}.downsample.0`, input, { out, size: 1, stride });
  return layers.relu(layers.add(maps, layers.batchNorm(`${name}.downsample.1`, projected)));
}
