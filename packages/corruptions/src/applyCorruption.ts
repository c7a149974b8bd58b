import type { Draws } from "./draws/draws.ts";
import type { FrostSource } from "./frost/frostPhotograph.ts";
import { brightness } from "./ops/brightness.ts";
import { contrast } from "./ops/contrast.ts";
import { defocusBlur } from "./ops/defocusBlur.ts";
import { elasticTransform } from "./ops/elasticTransform.ts";
import { fog } from "./ops/fog.ts";
import { frost } from "./ops/frost.ts";
import { gaussianBlurCorruption } from "./ops/gaussianBlurCorruption.ts";
import { gaussianNoise } from "./ops/gaussianNoise.ts";
import { glassBlur } from "./ops/glassBlur.ts";
import { impulseNoise } from "./ops/impulseNoise.ts";
import { jpegCompression } from "./ops/jpegCompression.ts";
import { motionBlurCorruption } from "./ops/motionBlurCorruption.ts";
import { pixelate } from "./ops/pixelate.ts";
import { saturate } from "./ops/saturate.ts";
import { shotNoise } from "./ops/shotNoise.ts";
import { snow } from "./ops/snow.ts";
import { spatter } from "./ops/spatter.ts";
import { speckleNoise } from "./ops/speckleNoise.ts";
import { zoomBlur } from "./ops/zoomBlur.ts";
import type { SquareImage } from "./squareImage.ts";
import type {
  CorruptionName,
  CorruptionParameters,
  Severity,
  SeverityTable,
} from "./tables/severityTable.ts";

type Corruption<Name extends CorruptionName> = (
  image: SquareImage,
  parameters: CorruptionParameters[Name],
  draws: Draws,
  frostSource: FrostSource,
) => Uint8Array;

const byName: { readonly [Name in CorruptionName]: Corruption<Name> } = {
  gaussian_noise: gaussianNoise,
  shot_noise: shotNoise,
  impulse_noise: impulseNoise,
  defocus_blur: defocusBlur,
  glass_blur: glassBlur,
  motion_blur: motionBlurCorruption,
  zoom_blur: zoomBlur,
  snow,
  frost,
  fog,
  brightness,
  contrast,
  elastic_transform: elasticTransform,
  pixelate,
  jpeg_compression: jpegCompression,
  speckle_noise: speckleNoise,
  gaussian_blur: gaussianBlurCorruption,
  spatter,
  saturate,
};

/** Which corruption, how strong, by which table. */
export interface CorruptionChoice<Name extends CorruptionName = CorruptionName> {
  readonly name: Name;
  readonly severity: Severity;
  readonly table: SeverityTable;
  readonly frost: FrostSource;
}

/** Applies one corruption to one image. */
export function applyCorruption<Name extends CorruptionName>(
  image: SquareImage,
  { name, severity, table, frost: frostSource }: CorruptionChoice<Name>,
  draws: Draws,
): Uint8Array {
  const apply: Corruption<Name> = byName[name];
  const parameters: CorruptionParameters[Name] = table[name][severity - 1]!;
  return apply(image, parameters, draws, frostSource);
}
