import { availableParallelism } from "node:os";
import { show, ValueError } from "@apr-kit/contracts";
import type { FileTree } from "../archives/fileTree.ts";
import type { ImageSource } from "../imageSource.ts";
import type { ImageView } from "../resample/viewImage.ts";
import { readThreads } from "../workers/readThreads.ts";
import { MAX_PIXELS } from "./decodeImage.ts";
import type { LabelledFiles } from "./listImages.ts";
import { readImageFile } from "./readImageFile.ts";
import { createWeightGate } from "./weightGate.ts";

/** Images in files. */
export interface ImageFilesSource extends ImageSource, LabelledFiles {
  readonly labels: Uint16Array;
}

export interface ImageFilesOptions {
  /** How an image of any size becomes one of the source's size. */
  readonly view: ImageView;
  /** Images of more pixels are refused; default as Pillow, 178,956,970. */
  readonly maxPixels?: number;
  /** Threads that read, decode and resize; 0: the calling one. Default all processors but one, up to 8. */
  readonly threads?: number;
  /** Files that are read and decoded at once; default two for each processor. */
  readonly concurrency?: number;
  /** Bound of the decoded pixels that are in memory at once, beside the batches; default 512 MiB. */
  readonly memoryBytes?: number;
}

const MAX_THREADS = 8;

/**
 * Presents image files as an ImageSource: read, decoded, resized and cropped as they are asked for.
 *
 * Convention: pixels are those of Pillow and torchvision, see decodeImage and viewImage, whichever thread makes them.
 * All reads together keep within `concurrency` and `memoryBytes`, of which each thread has its share (a larger image
 * goes alone there). A batch fails with the first unreadable file that is met. What is asked for is worked on while
 * the calling thread computes; the threads end by themselves. Where none can be started (from TypeScript sources in
 * a test runner), and for trees that cannot `locate`, the calling thread does the work.
 *
 * @param shape [height, width, 3] that `view` gives for every image
 * @throws {ValueError} if `threads` or `concurrency` is out of range; on reading, if an index is out of range
 * @throws {SetupError} on reading, with the name of the file, if one is missing, damaged, too large or of another size
 */
export function imageFilesSource(
  tree: FileTree,
  { files, labels, classes }: LabelledFiles,
  shape: ImageSource["shape"],
  options: ImageFilesOptions,
): ImageFilesSource {
  const { view, maxPixels = MAX_PIXELS, threads = defaultThreads() } = options;
  const { concurrency = 2 * availableParallelism(), memoryBytes = 2 ** 29 } = options;
  assertAtLeast("threads", threads, 0);
  assertAtLeast("concurrency", concurrency, 1);
  const [height, width, channel] = shape;
  const imageBytes = height * width * channel;
  const slots = createWeightGate(concurrency);
  const memory = createWeightGate(memoryBytes);

  async function read(indices: ArrayLike<number>) {
    const chosen = Array.from(indices, (index) => checkedIndex(index, files.length));
    const data = new Uint8Array(chosen.length * imageBytes);
    const put: PutPixels = (position, pixels) => data.set(pixels, position * imageBytes);
    const paths = chosen.map((index) => files[index] as string);
    const isRead = await readBeside(paths, put);
    if (!isRead) await readHere(paths, put);
    return {
      images: { data, shape: [chosen.length, height, width, channel] as const },
      labels: Uint16Array.from(chosen, (index) => labels[index] as number),
    };
  }

  async function readBeside(paths: readonly string[], put: PutPixels): Promise<boolean> {
    if (threads === 0) return false;
    const located = paths.flatMap((path) => {
      const location = tree.locate?.(path);
      return location === undefined ? [] : [{ name: nameOf(path), location }];
    });
    if (located.length < paths.length) return false;
    const beside = readThreads({ threads, concurrency, memoryBytes });
    return beside.run({ files: located, shape, view, maxPixels }, put);
  }

  async function readHere(paths: readonly string[], put: PutPixels): Promise<void> {
    let isAbandoned = false;
    const readOne = (path: string, position: number) =>
      slots.run(1, async () => {
        if (isAbandoned) return;
        const file = { name: nameOf(path), read: () => tree.read(path) };
        put(position, (await readImageFile(file, { shape, view, maxPixels, memory })).data);
      });
    try {
      await Promise.all(paths.map(readOne));
    } finally {
      isAbandoned = true; // after an error the rest is not worth reading
    }
  }

  function nameOf(path: string): string {
    return `${tree.place}/${path}`;
  }
  return { size: files.length, shape, files, labels, classes, read };
}

type PutPixels = (position: number, pixels: Uint8Array) => void;

function defaultThreads(): number {
  return Math.min(Math.max(availableParallelism() - 1, 1), MAX_THREADS);
}

function assertAtLeast(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  const expected = `${name} to be an integer ≥ ${least}`;
  throw new ValueError("loadImageFolder", { expected, actual: show(value) });
}

function checkedIndex(index: number, size: number): number {
  if (Number.isInteger(index) && index >= 0 && index < size) return index;
  throw new ValueError("ImageSource.read", {
    expected: `indices to be integers in [0, ${size})`,
    actual: show(index),
  });
}
