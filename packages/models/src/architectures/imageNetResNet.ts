import { FAN_OUT_NORMAL_CONVOLUTIONS } from "../initialisation.ts";
import type { Layers } from "../layers.ts";
import { type Architecture, type BuildArchitecture, scaled } from "./architecture.ts";
import { basicBlock, project } from "./basicBlock.ts";

const shortcut = "downsample";
const CHANNELS = [64, 128, 256, 512] as const;

/** Channels that a bottleneck gives for each that it works on. */
const EXPANSION = 4;

/**
 * ResNet with the stem for ImageNet: a 7×7 convolution and a pooling, each of stride 2.
 *
 * @param kind   of block
 * @param depths number of blocks in each of the four stages
 *
 * @see He et al., Deep Residual Learning for Image Recognition, CVPR 2016. Names, initialisation and
 *      the place of a bottleneck's stride (its 3×3 convolution) as in torchvision and timm.
 */
export function imageNetResNet(
  kind: "basic" | "bottleneck",
  depths: readonly [number, number, number, number],
): BuildArchitecture {
  return (config): Architecture => ({
    initialisation: FAN_OUT_NORMAL_CONVOLUTIONS,
    network(layers, images) {
      const stem = { out: scaled(64, config), size: 7, stride: 2, padding: 3 };
      let maps = layers.relu(layers.batchNorm("bn1", layers.conv("conv1", images, stem)));
      maps = layers.maxPool(maps, { size: 3, stride: 2, padding: 1 });
      CHANNELS.forEach((channels, stage) => {
        const inner = scaled(channels, config);
        for (let block = 0; block < (depths[stage] as number); block++) {
          const name = `layer${stage + 1}.${block}`;
          const stride = stage > 0 && block === 0 ? 2 : 1;
          maps =
            kind === "basic"
              ? basicBlock(layers, name, maps, { out: inner, stride, shortcut })
              : bottleneck(layers, name, maps, { inner, stride });
        }
      });
      return layers.linear("fc", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  });
}

/** 1×1, 3×3 and 1×1 convolutions beside the input, which is projected where shapes differ. */
function bottleneck<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  { inner, stride }: { readonly inner: number; readonly stride: number },
): TMaps {
  const out = EXPANSION * inner;
  let maps = layers.conv(`${name}.conv1`, input, { out: inner, size: 1 });
  maps = layers.relu(layers.batchNorm(`${name}.bn1`, maps));
  maps = layers.conv(`${name}.conv2`, maps, { out: inner, size: 3, stride, padding: 1 });
  maps = layers.relu(layers.batchNorm(`${name}.bn2`, maps));
  maps = layers.conv(`${name}.conv3`, maps, { out, size: 1 });
  maps = layers.batchNorm(`${name}.bn3`, maps);
  return layers.relu(
    layers.add(maps, project(layers, `${name}.${shortcut}`, input, { out, stride })),
  );
}
