import { ShapeError, show, ValueError } from "@apr-kit/contracts";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { assertAxes, showShape } from "./checks.ts";
import { Kernel } from "./kernels.ts";
import { runKernel } from "./runKernel.ts";

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** Share ε of the target that is spread over all classes, in [0, 1]; 0 unless given. */
  readonly labelSmoothing?: number;
}

/**
 * Computes the cross entropy of each example between its label and the softmax of its logits.
 *
 *     loss = (1 − ε) · (−log p[label]) + (ε / classes) · Σ_k (−log p[k]),   p = softmax(logits)
 *
 * @param logits [batch, classes], float32
 * @param labels [batch], int32, class indices in [0, classes)
 * @returns [batch] losses, not averaged; the caller disposes them
 *
 * Convention: ε as torch.nn.CrossEntropyLoss(label_smoothing): the label itself keeps 1 − ε + ε/classes.
 * Gradient:   flows to `logits`; computed together with the loss, in one pass.
 *
 * @throws {ShapeError} if the shapes disagree
 * @throws {ValueError} if labels are not int32 or `labelSmoothing` is outside [0, 1]. A label outside [0, classes)
 *         fails too, with the backend's own words; on a GPU it makes the loss of that example NaN instead.
 */
export function softmaxCrossEntropy(
  logits: Tensor2D,
  labels: Tensor1D,
  { labelSmoothing = 0 }: SoftmaxCrossEntropyOptions = {},
): Tensor1D {
  const where = "softmaxCrossEntropy";
  assertAxes(where, "logits", logits, ["batch", "classes"]);
  if (labels.rank !== 1 || labels.shape[0] !== logits.shape[0]) {
    throw new ShapeError(where, {
      expected: `labels of shape [${logits.shape[0]}], one per row of logits`,
      actual: showShape(labels),
    });
  }
  if (labels.dtype !== "int32") {
    throw new ValueError(where, { expected: "labels of dtype int32", actual: labels.dtype });
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError(where, {
      expected: "options.labelSmoothing in [0, 1]",
      actual: show(labelSmoothing),
    });
  }
  const [losses, logitsGradient] = runKernel<Tensor[]>(
    Kernel.softmaxCrossEntropy,
    { logits, labels },
    { labelSmoothing },
  );
  logitsGradient?.dispose(); // the tape holds its own reference
  return losses as Tensor1D;
}
