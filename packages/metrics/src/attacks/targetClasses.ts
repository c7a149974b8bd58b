import type { Predict } from "@apr-kit/contracts";
import type { AttackRows } from "./attackBatch.ts";
import { hostLogits } from "./hostLogits.ts";
import { rankedClass } from "./rankedClass.ts";

/** The class at `rank` of each image's clean logits; nothing where there are fewer classes. */
export async function targetClasses(
  predict: Predict,
  { images, shape, labels }: AttackRows,
  rank: number,
): Promise<number[] | undefined> {
  const logits = await hostLogits(predict, images, shape);
  if (rank > logits.classes) return undefined;
  return Array.from(labels, (_, row) => rankedClass(logits, row, rank));
}
