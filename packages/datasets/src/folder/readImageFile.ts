import { SetupError } from "@apr-kit/contracts";
import type { ImageSource } from "../imageSource.ts";
import type { ImagePixels } from "../resample/imagePixels.ts";
import { type ImageView, viewImage } from "../resample/viewImage.ts";
import { decodeImage } from "./decodeImage.ts";
import { sniffImage } from "./sniffImage.ts";
import type { WeightGate } from "./weightGate.ts";

/** An image file of a tree. */
export interface ImageFile {
  /** Folder or archive, and path in it: for messages. */
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
}

export interface ReadImageOptions {
  readonly view: ImageView;
  readonly maxPixels: number;
  /** What must come out; without it, whatever does. */
  readonly shape?: ImageSource["shape"];
  /** Admits images by the bytes that they take decoded. */
  readonly memory: WeightGate;
}

/** Of a decoded image, at most: CMYK. */
const BYTES_PER_PIXEL = 4;

/**
 * Reads, decodes, resizes and crops one image.
 *
 * @throws {SetupError} with the name of the file, if it is missing, damaged, too large or of another size
 */
export async function readImageFile(
  { name, read }: ImageFile,
  { shape, view, maxPixels, memory }: ReadImageOptions,
): Promise<ImagePixels> {
  try {
    const bytes = await read();
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
      `the image ${name} cannot be used (${reason.replace(/^decodeImage: /, "")})`,
      "replace or remove it",
      { cause },
    );
  }
}
