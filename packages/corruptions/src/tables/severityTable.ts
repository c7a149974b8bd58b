import type { MotionParameters } from "../kernels/motionBlur.ts";
import type { BrightnessParameters } from "../ops/brightness.ts";
import type { ContrastParameters } from "../ops/contrast.ts";
import type { DefocusBlurParameters } from "../ops/defocusBlur.ts";
import type { ElasticTransformParameters } from "../ops/elasticTransform.ts";
import type { FogParameters } from "../ops/fog.ts";
import type { FrostParameters } from "../ops/frost.ts";
import type { GaussianBlurParameters } from "../ops/gaussianBlurCorruption.ts";
import type { GaussianNoiseParameters } from "../ops/gaussianNoise.ts";
import type { GlassBlurParameters } from "../ops/glassBlur.ts";
import type { ImpulseNoiseParameters } from "../ops/impulseNoise.ts";
import type { JpegCompressionParameters } from "../ops/jpegCompression.ts";
import type { PixelateParameters } from "../ops/pixelate.ts";
import type { SaturateParameters } from "../ops/saturate.ts";
import type { ShotNoiseParameters } from "../ops/shotNoise.ts";
import type { SnowParameters } from "../ops/snow.ts";
import type { SpatterParameters } from "../ops/spatter.ts";
import type { SpeckleNoiseParameters } from "../ops/speckleNoise.ts";
import type { ZoomBlurParameters } from "../ops/zoomBlur.ts";

/** What each corruption is told, by the corruption's name. */
export interface CorruptionParameters {
  readonly gaussian_noise: GaussianNoiseParameters;
  readonly shot_noise: ShotNoiseParameters;
  readonly impulse_noise: ImpulseNoiseParameters;
  readonly defocus_blur: DefocusBlurParameters;
  readonly glass_blur: GlassBlurParameters;
  readonly motion_blur: MotionParameters;
  readonly zoom_blur: ZoomBlurParameters;
  readonly snow: SnowParameters;
  readonly frost: FrostParameters;
  readonly fog: FogParameters;
  readonly brightness: BrightnessParameters;
  readonly contrast: ContrastParameters;
  readonly elastic_transform: ElasticTransformParameters;
  readonly pixelate: PixelateParameters;
  readonly jpeg_compression: JpegCompressionParameters;
  readonly speckle_noise: SpeckleNoiseParameters;
  readonly gaussian_blur: GaussianBlurParameters;
  readonly spatter: SpatterParameters;
  readonly saturate: SaturateParameters;
}

/** The name of a corruption, as the benchmarks' files spell it. */
export type CorruptionName = keyof CorruptionParameters;

/** Severity 1 is the mildest, 5 the strongest. */
export type Severity = 1 | 2 | 3 | 4 | 5;

/** One benchmark's parameters: for each corruption, those of severity 1 to 5. */
export type SeverityTable = {
  readonly [Name in CorruptionName]: readonly [
    CorruptionParameters[Name],
    CorruptionParameters[Name],
    CorruptionParameters[Name],
    CorruptionParameters[Name],
    CorruptionParameters[Name],
  ];
};
