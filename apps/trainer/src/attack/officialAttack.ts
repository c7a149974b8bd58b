import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "@apr-kit/contracts";
import type { ImageDataset } from "@apr-kit/datasets";
import type { AttackBatch, AttackName, Norm, RobustnessStep } from "@apr-kit/metrics/attacks";
import { type HostTensor, parityScript, toStateDict, writeSafetensors } from "@apr-kit/models";
import { runCommand } from "../models/pyTorch.ts";
import type { Run } from "../runs/runFolder.ts";

/** What the published attack is asked. */
export interface OfficialAttackOptions {
  /** A Python with torch and the package autoattack. */
  readonly python: string;
  readonly attacks: readonly AttackName[];
  readonly norm: Norm;
  readonly epsilon: number;
  readonly batchSize: number;
  readonly seed: number;
}

/** Images still classified rightly by both, by one only; each attack on the survivors of those before it. */
export interface Comparison {
  readonly attack: RobustnessStep["attack"];
  readonly ours: number;
  readonly official: number;
  readonly onlyOurs: number;
  readonly onlyOfficial: number;
}

export interface OfficialAttack {
  readonly software: string;
  readonly rows: readonly Comparison[];
}

interface Answer {
  readonly torch: string;
  readonly rows: readonly {
    readonly attack: RobustnessStep["attack"];
    readonly survivors: readonly number[];
  }[];
}

const script = fileURLToPath(new URL("../../python/officialAttack.py", import.meta.url));

/**
 * Runs fra31/auto-attack on the weights of a run, and compares the survivors with ours.
 *
 * @param steps our own, of the same images in the same order
 *
 * @throws {SetupError} if Python, torch or the package is missing, or the script fails
 */
export async function officialAttack(
  { run, dataset }: { readonly run: Run; readonly dataset: ImageDataset },
  { data, steps }: { readonly data: AttackBatch; readonly steps: readonly RobustnessStep[] },
  options: OfficialAttackOptions,
): Promise<OfficialAttack> {
  const folder = await mkdtemp(join(tmpdir(), "apr-attack-"));
  const files = {
    request: join(folder, "request.safetensors"),
    response: join(folder, "rows.json"),
  };
  try {
    await writeFile(files.request, await requestOf(run, dataset, data, options));
    const architectures = dirname(fileURLToPath(parityScript));
    await runCommand(options.python, [script, architectures, files.request, files.response]);
    const { torch, rows } = JSON.parse(await readFile(files.response, "utf8")) as Answer;
    return {
      software: `fra31/auto-attack on PyTorch ${torch}`,
      rows: rows.map((row) => compare(row, data.labels.length, steps)),
    };
  } catch (cause) {
    throw new SetupError(
      "attack",
      `the published attack failed (${(cause as Error).message})`,
      "see whether it runs by itself, or leave --reference away",
      { cause },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function requestOf(
  { model, checkpoint }: Run,
  { normalisation }: ImageDataset,
  { images, shape, labels }: AttackBatch,
  { attacks, norm, epsilon, batchSize, seed }: OfficialAttackOptions,
): Promise<Uint8Array> {
  const [count, height, width, channel] = shape;
  const tensors = new Map<string, HostTensor>(
    await toStateDict(model, checkpoint.state.parameters),
  );
  const values = channelsFirst(images, shape);
  tensors.set("images", { dtype: "F32", shape: [count, channel, height, width], values });
  const classes = BigInt64Array.from({ length: count }, (_, row) => BigInt(labels[row] as number));
  tensors.set("labels", { dtype: "I64", shape: [count], values: classes });
  const metadata = {
    architecture: model.name,
    classes: `${model.config.numClasses}`,
    width: `${model.config.width}`,
    mean: JSON.stringify(normalisation.mean),
    std: JSON.stringify(normalisation.std),
    attacks: attacks.join(","),
    norm,
    epsilon: `${epsilon}`,
    batch: `${batchSize}`,
    seed: `${seed}`,
  };
  return writeSafetensors({ tensors, metadata });
}

function channelsFirst(images: Float32Array, shape: AttackBatch["shape"]): Float32Array {
  const [count, height, width, channel] = shape;
  const pixels = height * width;
  const moved = new Float32Array(images.length);
  for (let image = 0; image < count; image++) {
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < channel; c++) {
        moved[(image * channel + c) * pixels + p] = images[
          (image * pixels + p) * channel + c
        ] as number;
      }
    }
  }
  return moved;
}

/** Which images survive our attacks up to one, beside those that survive the published ones up to it. */
function compare(
  { attack, survivors }: Answer["rows"][number],
  images: number,
  steps: readonly RobustnessStep[],
): Comparison {
  const order = [...new Set(steps.map((step) => step.attack))];
  const upTo = order.slice(0, order.indexOf(attack) + 1);
  const broken = new Set(
    steps.filter((step) => upTo.includes(step.attack)).flatMap((step) => step.broken),
  );
  const official = new Set(survivors);
  const onlyOfficial = survivors.filter((image) => broken.has(image)).length;
  const ours = images - broken.size;
  const onlyOurs = ours - (official.size - onlyOfficial);
  return { attack, ours, official: official.size, onlyOurs, onlyOfficial };
}
