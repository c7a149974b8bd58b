import type { PixelBatch } from "@apr-kit/contracts";
import sharp from "sharp";
import { CliError } from "../terminal/cliError.ts";

/** Image files as one batch of squares: scaled until they cover it, then cropped to their centre. */
export async function readPictures(files: readonly string[], size: number): Promise<PixelBatch> {
  if (files.length % 2 !== 0) {
    throw new CliError(
      "ODD_PICTURES",
      `gallery: expected an even number of pictures, which are shown in pairs, got ${files.length}`,
    );
  }
  const data = new Uint8Array(files.length * size * size * 3);
  for (const [index, file] of files.entries()) {
    const picture = sharp(file)
      .rotate()
      .resize(size, size, { fit: "cover" })
      .flatten({ background: "white" })
      .toColourspace("srgb");
    const bytes = await picture
      .raw()
      .toBuffer()
      .catch((error: Error) => {
        throw new CliError(
          "BAD_PICTURE",
          `gallery: expected an image file, got ${file} (${error.message})`,
        );
      });
    data.set(bytes, index * size * size * 3);
  }
  return { data, shape: [files.length, size, size, 3] };
}
