import { asNormalizedImages, createRng } from "@apr-kit/contracts";
import { softmaxCrossEntropy } from "@apr-kit/engine";
import {
  createModel,
  fromStateDict,
  type HostTensor,
  type HostTensors,
  initialParameters,
  type Model,
  type ModelOutput,
  toStateDict,
  writeSafetensors,
} from "@apr-kit/models";
import * as tf from "@tensorflow/tfjs-core";

/** A network at full size with weights, images and labels. */
export interface ParityCase {
  readonly model: Model;
  readonly parameters: Map<string, tf.Variable>;
  /** [batch, side, side, 3], normal numbers. */
  readonly images: tf.Tensor4D;
  readonly labels: readonly number[];
}

/** What the checking script names its dropout masks by. */
const DROPOUT = { seed: 7, step: 0 };

/**
 * Weights as training starts, with batch norms that are not trivial.
 *
 * Randomness: weights and images by `seed`.
 */
export async function makeCase(name: string, seed: number): Promise<ParityCase> {
  const isImageNet = name === "resnet50" || name === "resnet18-imagenet";
  const { batch, side, numClasses } = isImageNet
    ? { batch: 2, side: 224, numClasses: 1000 }
    : { batch: 4, side: 32, numClasses: 10 };
  const model = createModel(name, { numClasses });
  const initial = initialParameters(model, { seed });
  const tensors = new Map(await toStateDict(model, initial));
  tf.dispose([...initial.values()]);
  for (const { name, kind, shape } of model.parameters) {
    if (kind === "weight" || kind === "bias") continue;
    const rng = createRng({ seed, purpose: `parity.${name}` });
    const lowest = kind === "bnScale" || kind === "runningVariance" ? 0.5 : -0.5;
    const values = Float32Array.from({ length: shape[0] as number }, () => lowest + rng.uniform());
    tensors.set(name, { dtype: "F32", shape, values });
  }
  const rng = createRng({ seed, purpose: "parity.images" });
  const pixels = Float32Array.from({ length: batch * side * side * 3 }, () => rng.normal());
  return {
    model,
    parameters: fromStateDict(model, tensors),
    images: tf.tensor4d(pixels, [batch, side, side, 3]),
    labels: Array.from({ length: batch }, (_, i) => i % numClasses),
  };
}

/** The case as the file that the checking script reads. */
export async function encodeCase(given: ParityCase): Promise<Uint8Array> {
  const { model, parameters, images, labels } = given;
  const tensors = new Map<string, HostTensor>(await toStateDict(model, parameters));
  const [batch, height, width] = images.shape;
  const channelsFirst = tf.tidy(() => tf.transpose(images, [0, 3, 1, 2]).dataSync<"float32">());
  tensors.set("images", { dtype: "F32", shape: [batch, 3, height, width], values: channelsFirst });
  const values = BigInt64Array.from(labels, BigInt);
  tensors.set("labels", { dtype: "I64", shape: [batch], values });
  const metadata = { architecture: model.name, classes: `${model.config.numClasses}` };
  return writeSafetensors({ tensors, metadata });
}

/** Our logits and gradients, by the names of the script's response, in our layout. */
export async function computeCase(given: ParityCase): Promise<Map<string, Float32Array>> {
  const { model, parameters, labels } = given;
  const images = asNormalizedImages(given.images);
  const results = new Map<string, Float32Array>();
  const { logits } = model.apply(parameters, images, { mode: "inference" });
  results.set("logits", await logits.data<"float32">());
  logits.dispose();

  let output: ModelOutput | undefined;
  const trained = [...parameters].filter(([, { trainable }]) => trainable);
  const { value, grads } = tf.variableGrads(
    () => {
      output = model.apply(parameters, images, { mode: "train", dropout: DROPOUT });
      tf.keep(output.logits);
      const losses = softmaxCrossEntropy(output.logits, tf.tensor1d([...labels], "int32"));
      return tf.mean(losses) as tf.Scalar;
    },
    trained.map(([, variable]) => variable),
  );
  const training = output as unknown as ModelOutput;
  results.set("training.logits", await training.logits.data<"float32">());
  for (const [name, variable] of trained) {
    const gradient = grads[variable.name] as tf.Tensor;
    results.set(`gradient.${name}`, await gradient.data<"float32">());
  }
  tf.dispose([value, grads, training.logits, training.statistics]);
  return results;
}

/** Takes over the offsets that the checking script moved, so that no input of ReLU lies near 0. */
export function moveOffsets({ parameters }: ParityCase, response: HostTensors): void {
  for (const [name, variable] of parameters) {
    const moved = response.get(`moved.${name}`);
    if (moved !== undefined)
      tf.tidy(() => variable.assign(tf.tensor(moved.values as Float32Array)));
  }
}
