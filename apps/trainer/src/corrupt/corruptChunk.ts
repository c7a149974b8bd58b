import { SetupError, ShapeError, ValueError } from "@apr-kit/contracts";
import {
  type CorruptionName,
  corrupt,
  type FrostSource,
  loadFrostPhotographs,
  type Severity,
  type SeverityTableName,
} from "@apr-kit/corruptions";

/** Some images of a set and what to do to them: plain data, so that it can be sent to another thread. */
export interface Chunk {
  /** [images, side, side, 3] */
  readonly pixels: Uint8Array;
  readonly side: number;
  /** Index of each image in the set: the key of its randomness. */
  readonly samples: readonly number[];
  readonly name: CorruptionName;
  readonly severity: Severity;
  readonly seed: number;
  readonly table: SeverityTableName;
  /** Directory of the photographs, or "procedural". */
  readonly frost?: string;
  /** Also compress each image, as ImageNet-C is stored. */
  readonly asJpeg: boolean;
}

/** What comes back from another process, where errors lose their class on the way. */
export type ChunkAnswer =
  | { readonly made: readonly Uint8Array[] }
  | { readonly failure: string; readonly isExpected: boolean };

/** libjpeg quality of the files of ImageNet-C. */
const JPEG_QUALITY = 85;

let photographs: { readonly directory: string; readonly frost: Promise<FrostSource> } | undefined;

/** {@link corruptChunk}, with an error as an answer. */
export async function answerChunk(chunk: Chunk): Promise<ChunkAnswer> {
  try {
    return { made: await corruptChunk(chunk) };
  } catch (error) {
    if (error instanceof ValueError || error instanceof ShapeError || error instanceof SetupError) {
      return { failure: error.message, isExpected: true };
    }
    return { failure: error instanceof Error ? `${error.stack}` : `${error}`, isExpected: false };
  }
}

/**
 * Corrupts the images of one chunk.
 *
 * @returns one array of all bytes, or with `asJpeg` one JPEG file for each image
 */
async function corruptChunk(chunk: Chunk): Promise<readonly Uint8Array[]> {
  const { pixels, side, samples, name, severity, seed, table, asJpeg } = chunk;
  const frost = chunk.frost === undefined ? {} : { frost: await openFrost(chunk.frost) };
  const { data } = await corrupt(
    { data: pixels, shape: [samples.length, side, side, 3] },
    { name, severity, seed, table, samples, ...frost },
  );
  if (!asJpeg) return [data];
  const size = side * side * 3;
  const files: Uint8Array[] = [];
  for (let i = 0; i < samples.length; i++) {
    files.push(await jpegFile(data.subarray(i * size, (i + 1) * size), side));
  }
  return files;
}

/** Decodes the photographs once for each thread. */
function openFrost(frost: string): Promise<FrostSource> {
  if (frost === "procedural") return Promise.resolve(frost);
  if (photographs?.directory !== frost) {
    photographs = { directory: frost, frost: loadFrostPhotographs(frost) };
  }
  return photographs.frost;
}

/** As Pillow's `save(file, quality=85, optimize=True)`: the pixels that come back are the same. */
async function jpegFile(pixels: Uint8Array, side: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY, chromaSubsampling: "4:2:0", optimiseCoding: true })
    .toBuffer();
}
