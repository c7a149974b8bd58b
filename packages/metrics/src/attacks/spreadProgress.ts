import type { OnProgress } from "@apr-kit/contracts";

/**
 * Makes the progress of one of several rounds that of the whole attack.
 *
 * A later round has only the survivors of the former ones, so what is left over of a round's share counts as
 * done when the round ends.
 *
 * @returns options to spread into those of the round
 */
export function spreadProgress(
  onProgress: OnProgress | undefined,
  {
    round,
    rounds,
    images,
  }: { readonly round: number; readonly rounds: number; readonly images: number },
): { readonly onProgress?: OnProgress } {
  if (onProgress === undefined) return {};
  return {
    onProgress(progress) {
      const share = progress.total === undefined ? 0 : progress.done / progress.total;
      const total = images * rounds;
      onProgress({ ...progress, done: images * (round + share), total, unit: "images" });
    },
  };
}
