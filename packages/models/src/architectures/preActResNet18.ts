import { PYTORCH_DEFAULT } from "../initialisation.ts";
import type { Layers } from "../layers.ts";
import { type BuildArchitecture, scaled } from "./architecture.ts";

const STAGES = [
  { channels: 64, stride: 1 },
  { channels: 128, stride: 2 },
  { channels: 256, stride: 2 },
  { channels: 512, stride: 2 },
] as const;

/** What a projecting shortcut takes: the block's input, or that after its first batch norm and ReLU. */
type ShortcutInput = "raw" | "activated";

/**
 * ResNet-18 with pre-activation blocks, for 32×32 images; used for adversarial training.
 *
 * @param shortcutInput "raw" in APR's and fast_adversarial's code, "activated" in RobustBench's second form
 *        (Rice2020 L2, Kireev2021); the parameters of both have the same names and shapes
 *
 * @see He et al., Identity Mappings in Deep Residual Networks, ECCV 2016. Names as in
 *      locuslab/fast_adversarial. A projecting shortcut has no batch norm.
 */
export function preActResNet18(shortcutInput: ShortcutInput): BuildArchitecture {
  return (config) => ({
    initialisation: PYTORCH_DEFAULT,
    network(layers, images) {
      let maps = layers.conv("conv1", images, { out: scaled(64, config), size: 3, padding: 1 });
      STAGES.forEach(({ channels, stride }, stage) => {
        const out = scaled(channels, config);
        maps = preActBlock(layers, `layer${stage + 1}.0`, maps, { out, stride, shortcutInput });
        maps = preActBlock(layers, `layer${stage + 1}.1`, maps, { out, stride: 1, shortcutInput });
      });
      maps = layers.relu(layers.batchNorm("bn", maps));
      return layers.linear("linear", layers.globalAvgPool(maps), { out: config.numClasses });
    },
  });
}

interface BlockOptions {
  readonly out: number;
  readonly stride: number;
  readonly shortcutInput: ShortcutInput;
}

/** conv(relu(bn(conv(relu(bn(x)))))) + shortcut(x). */
function preActBlock<TMaps, TVectors>(
  layers: Layers<TMaps, TVectors>,
  name: string,
  input: TMaps,
  { out, stride, shortcutInput }: BlockOptions,
): TMaps {
  const activated = layers.relu(layers.batchNorm(`${name}.bn1`, input));
  let maps = layers.conv(`${name}.conv1`, activated, { out, size: 3, stride, padding: 1 });
  maps = layers.relu(layers.batchNorm(`${name}.bn2`, maps));
  maps = layers.conv(`${name}.conv2`, maps, { out, size: 3, padding: 1 });
  if (stride === 1 && layers.channels(input) === out) return layers.add(maps, input);
  const projected = shortcutInput === "raw" ? input : activated;
  return layers.add(maps, layers.conv(`${name}.shortcut.0`, projected, { out, size: 1, stride }));
}
