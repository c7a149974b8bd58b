import { SetupError } from "@apr-kit/contracts";
import type { FileTree } from "../archives/fileTree.ts";
import { joined } from "../archives/fileTree.ts";
import type { CorruptionCell } from "../registry/datasetEntry.ts";
import { type FoundFolder, findFolders, openPlace } from "./findFolders.ts";
import type { ImageFilesSource } from "./imageFilesSource.ts";
import { type ImageTreeOptions, loadImageTree } from "./loadImageFolder.ts";

/** A set of folders <corruption>/<severity>/<class>/, as ImageNet-C and Tiny-ImageNet-C are. */
export interface CorruptionSet {
  readonly place: string;
  /** The severities that are here, by corruption. */
  readonly cells: ReadonlyMap<string, readonly CorruptionCell["severity"][]>;
  /** The images of one cell. */
  readonly load: (
    cell: CorruptionCell,
    options: Omit<ImageTreeOptions, "folder" | "layout" | "labels">,
  ) => Promise<ImageFilesSource>;
}

/** How the 224 × 224 images of ImageNet-C are fed to a network; the figures of the three differ. */
export const imageNetCViews = {
  /** hendrycks/robustness. */
  centerCrop: { crop: 224 },
  /** google-research/augmix: enlarged, then cropped. */
  resize256CenterCrop: { resize: 256, crop: 224 },
  /** RobustBench. */
  resize224: { resize: [224, 224] },
} as const;

const SEVERITIES: readonly CorruptionCell["severity"][] = [1, 2, 3, 4, 5];

/**
 * Opens a folder in the layout of ImageNet-C, wherever the corruptions lie in it, or its archives (blur.tar, ...).
 *
 * @param place the folder that holds the corruptions, at most three folders deep, or the archives; or one archive
 *
 * @throws {SetupError} if there is no such folder, or one corruption lies there twice
 * @example
 * const set = await openCorruptionSet("ImageNet-C");
 * const fog3 = await set.load({ corruption: "fog", severity: 3 }, { view: imageNetCViews.centerCrop });
 */
export async function openCorruptionSet(place: string): Promise<CorruptionSet> {
  return corruptionSetIn(place, await openPlace(place));
}

/** {@link openCorruptionSet} of trees that are open already. */
export async function corruptionSetIn(
  place: string,
  trees: readonly FileTree[],
): Promise<CorruptionSet> {
  const isSeverity = (name: string) => /^[1-5]$/.test(name);
  const found = await findFolders(
    trees,
    ({ folders }, name) => name !== "" && folders.length <= 5 && folders.some(isSeverity),
  );
  const places = new Map<string, FoundFolder>();
  const cells = new Map<string, readonly CorruptionCell["severity"][]>();
  for (const { tree, folder } of found) {
    const name = folder.slice(folder.lastIndexOf("/") + 1);
    if (places.has(name)) {
      throw trouble(`${place} holds the corruption ${name} twice`, "keep one of them");
    }
    const { folders } = await tree.children(folder);
    places.set(name, { tree, folder });
    cells.set(
      name,
      SEVERITIES.filter((severity) => folders.includes(`${severity}`)),
    );
  }
  if (cells.size === 0) {
    throw trouble(
      `${place} holds no folders <corruption>/<severity 1 to 5>/<class>`,
      "give the folder of the corruptions, or of the archives as they are published",
    );
  }
  return {
    place,
    cells,
    async load({ corruption, severity }, options) {
      const at = places.get(corruption);
      if (at === undefined || !cells.get(corruption)?.includes(severity)) {
        throw trouble(`${place} lacks ${corruption} at severity ${severity}`, "place it there");
      }
      return loadImageTree(at.tree, { ...options, folder: joined(at.folder, `${severity}`) });
    },
  };
}

function trouble(problem: string, remedy: string): SetupError {
  return new SetupError("datasets", problem, remedy);
}
