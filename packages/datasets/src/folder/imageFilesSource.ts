import { availableParallelism } from "node:os";
import { SetupError, show, ValueError } from "@apr-kit/contracts";
import type { FileTree } from "../archives/fileTree.ts";
import type { ImageSource } from "../imageSource.ts";
import type { ImagePixels } from "../resample/imagePixels.ts";
import { type ImageView, viewImage } from "../resample/viewImage.ts";
import { decodeImage, MAX_PIXELS } from "./decodeImage.ts";
import type { LabelledFiles } from "./listImages.ts";
import { sniffImage } from "./sniffImage.ts";
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
  /** Files that are read and decoded at once; default two for each processor. */
  readonly concurrency?: number;
  /** Bound of the decoded pixels that are in memory at once, beside the batches; default 512 MiB. */
  readonly memoryBytes?: number;
}

/**
 * Presents image files as an ImageSource: read, decoded, resized and cropped as they are asked for.
 *
 * Convention: pixels are those of Pillow and torchvision, see decodeImage and viewImage. All reads together keep
 * within `concurrency` and `memoryBytes` (a larger image goes alone). A batch fails with its first unreadable file.
 * Decoding runs on the threads of libuv (UV_THREADPOOL_SIZE, 4 by default) beside the caller.
 *
 * @param shape [height, width, 3] that `view` gives for every image
 * @throws {SetupError} on reading, with the name of the file, if one is missing, damaged, too large or of another size
 */
export function imageFilesSource(
  tree: FileTree,
  { files, labels, classes }: LabelledFiles,
  shape: ImageSource["shape"],
  options: ImageFilesOptions,
): ImageFilesSource {
  const { view, maxPixels = MAX_PIXELS } = options;
  const { concurrency = 2 * availableParallelism(), memoryBytes = 2 ** 29 } = options;
  const [height, width, channel] = shape;
  const imageBytes = height * width * channel;
  const slots = createWeightGate(concurrency);
  const memory = createWeightGate(memoryBytes);

  async function read(indices: ArrayLike<number>) {
    const chosen = Array.from(indices, (index) => checkedIndex(index, files.length));
    const data = new Uint8Array(chosen.length * imageBytes);
    let isAbandoned = false;
    const readOne = (index: number, position: number) =>
      slots.run(1, async () => {
        if (isAbandoned) return;
        const { data: pixels } = await readImageFile(tree, files[index] as string, {
          shape,
          view,
          maxPixels,
          memory,
        });
        data.set(pixels, position * imageBytes);
      });
    try {
      await Promise.all(chosen.map(readOne));
    } finally {
      isAbandoned = true; // after an error the rest is not worth reading
    }
    return {
      images: { data, shape: [chosen.length, height, width, channel] as const },
      labels: Uint16Array.from(chosen, (index) => labels[index] as number),
    };
  }
  return { size: files.length, shape, files, labels, classes, read };
}

/** Of a decoded image, at most: CMYK. */
const BYTES_PER_PIXEL = 4;

interface ReadOptions extends Required<Pick<ImageFilesOptions, "view" | "maxPixels">> {
  /** What must come out; without it, whatever does. */
  readonly shape?: ImageSource["shape"];
  readonly memory: ReturnType<typeof createWeightGate>;
}

/** One image of a tree, as the view gives it. */
export async function readImageFile(
  tree: FileTree,
  file: string,
  { shape, view, maxPixels, memory }: ReadOptions,
): Promise<ImagePixels> {
  try {
    const bytes = await tree.read(file);
    const { height, width } = sniffImage(bytes) ?? { height: 1, width: 1 };
    const image = await memory.run(
      Math.min(height * width, maxPixels) * BYTES_PER_PIXEL,
      async () => viewImage(await decodeImage(bytes, { maxPixels }), view),
    );
    const fits = shape === undefined || shape.every((side, axis) => side === image.shape[axis]);
    if (fits) return image;
    throw new Error(`${image.shape.join("×")} where ${shape.join("×")} is expected`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetupError(
      "datasets",
      `the image ${tree.place}/${file} cannot be used (${reason.replace(/^decodeImage: /, "")})`,
      "replace or remove it",
      { cause },
    );
  }
}

function checkedIndex(index: number, size: number): number {
  if (Number.isInteger(index) && index >= 0 && index < size) return index;
  throw new ValueError("ImageSource.read", {
    expected: `indices to be integers in [0, ${size})`,
    actual: show(index),
  });
}
