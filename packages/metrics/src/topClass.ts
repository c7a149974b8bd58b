/** Class of the largest probability of a row (of equal ones the first) and that probability. */
export function topClass(probabilities: ArrayLike<number>, row: number, classes: number) {
  let predicted = 0;
  let confidence = probabilities[row * classes] as number;
  for (let k = 1; k < classes; k++) {
    const probability = probabilities[row * classes + k] as number;
    if (probability > confidence) {
      predicted = k;
      confidence = probability;
    }
  }
  return { predicted, confidence: Math.min(confidence, 1) }; // float32 softmax may exceed 1 by rounding
}
