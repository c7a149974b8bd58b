import {
  accuracy,
  adaptiveCalibrationError,
  brierScore,
  type CalibrationResult,
  calibrationError,
  classwiseCalibrationError,
  type FittedTemperature,
  fitTemperature,
  type Measurement,
  negativeLogLikelihood,
  type Rate,
  rmsCalibrationError,
  softmax,
} from "@apr-kit/metrics";

/** Logits of some images and what is true of them. */
export interface LabelledRows {
  /** [batch, classes], row-major. */
  readonly logits: Float32Array;
  readonly labels: Uint8Array;
}

/** How far confidences are from being the share of right predictions. */
export interface CalibrationFigures {
  readonly negativeLogLikelihood: Measurement;
  readonly brierScore: Measurement;
  readonly expected: CalibrationResult;
  readonly adaptive: Measurement;
  readonly rootMeanSquare: Measurement;
  readonly classwise: Measurement;
}

export interface CalibrationReport {
  readonly accuracy: Rate;
  readonly temperature: FittedTemperature;
  readonly before: CalibrationFigures;
  readonly after: CalibrationFigures;
}

/**
 * Fits the temperature to held out images and measures the calibration of others, before and after.
 *
 * @param heldOut what the temperature may see
 * @param others  what the figures are of
 */
export function calibrate(
  heldOut: LabelledRows,
  others: LabelledRows,
  { classes, bins }: { readonly classes: number; readonly bins: number },
): CalibrationReport {
  const temperature = fitTemperature(heldOut.logits, heldOut.labels, { classes });
  const { logits, labels } = others;
  const figuresAt = (divisor: number): CalibrationFigures => {
    const tempered = logits.map((logit) => logit / divisor);
    const probabilities = softmax(logits, { classes, temperature: divisor });
    return {
      negativeLogLikelihood: negativeLogLikelihood(tempered, labels, { classes }),
      brierScore: brierScore(probabilities, labels, { classes }),
      expected: calibrationError(probabilities, labels, { classes, bins }),
      adaptive: summaryOf(adaptiveCalibrationError(probabilities, labels, { classes, bins })),
      rootMeanSquare: summaryOf(rmsCalibrationError(probabilities, labels, { classes })),
      classwise: summaryOf(classwiseCalibrationError(probabilities, labels, { classes, bins })),
    };
  };
  return {
    accuracy: accuracy(logits, labels, { classes }),
    temperature,
    before: figuresAt(1),
    after: figuresAt(temperature.temperature),
  };
}

function summaryOf({ value, convention }: Measurement): Measurement {
  return { value, convention };
}
