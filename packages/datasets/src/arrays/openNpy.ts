import { type FileHandle, open } from "node:fs/promises";
import { SetupError } from "@apr-kit/contracts";
import { MAX_NPY_HEADER_BYTES, type NpyHeader, parseNpyHeader } from "@apr-kit/formats";

/** A .npy file of which rows (entries of the first axis) are read as they are needed. */
export interface NpyFile {
  readonly path: string;
  readonly header: NpyHeader;
  /** Number of rows, and bytes of one. */
  readonly rows: number;
  readonly rowBytes: number;
  /** The elements of rows [first, first + count), as they are in the file. */
  readRows(first: number, count: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a .npy file in C order whose size is the one its header asks for.
 *
 * @throws {SetupError} if it cannot be opened, is no such file, is truncated, or in Fortran order
 */
export async function openNpy(path: string, remedy: string): Promise<NpyFile> {
  const fail = (what: string, cause?: unknown) =>
    new SetupError("datasets", `${path} ${what}`, remedy, { cause });
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (cause) {
    throw fail(`cannot be opened (${(cause as Error).message})`, cause);
  }
  try {
    const { size } = await file.stat();
    const start = await readAt(file, 0, Math.min(size, MAX_NPY_HEADER_BYTES));
    const header = parse(start, fail);
    const { shape, dataOffset, dataBytes } = header;
    if (header.fortranOrder || shape.length === 0) {
      throw fail(`has the shape (${shape.join(", ")}) in Fortran order; it must be C order`);
    }
    if (size !== dataOffset + dataBytes) {
      throw fail(`has ${size} for ${dataOffset + dataBytes} bytes`);
    }
    const rows = shape[0] as number;
    const rowBytes = rows === 0 ? 0 : dataBytes / rows;
    return {
      path,
      header,
      rows,
      rowBytes,
      readRows: (first, count) => readAt(file, dataOffset + first * rowBytes, count * rowBytes),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function parse(start: Uint8Array, fail: (what: string, cause?: unknown) => SetupError): NpyHeader {
  try {
    return parseNpyHeader(start, "it");
  } catch (cause) {
    throw fail(`is no array file (${(cause as Error).message})`, cause);
  }
}

/** Exactly `length` bytes; the file's size was checked, so fewer mean that it was cut meanwhile. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new Error("the file became shorter while it was read");
    done += bytesRead;
  }
  return bytes;
}
