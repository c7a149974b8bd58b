import { ShapeError } from "@apr-kit/contracts";

const MAGIC = "\x93NUMPY";
const ALIGNMENT = 64;

/**
 * Writes numbers as the bytes of an .npy file: float64, C order.
 *
 * @throws {ShapeError} if shape and values disagree in number
 *
 * @see NumPy's format 1.0, numpy/lib/format.
 */
export function writeNpy(values: ArrayLike<number>, shape: readonly number[]): Uint8Array {
  const size = shape.reduce((product, side) => product * side, 1);
  if (values.length !== size) {
    throw new ShapeError("writeNpy", {
      expected: `${size} values for shape [${shape.join(", ")}]`,
      actual: `${values.length}`,
    });
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const words = `{'descr': '<f8', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((MAGIC.length + 4 + words.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(length + 8 * size);
  const header = `${words.padEnd(length - MAGIC.length - 5)}\n`;
  const view = new DataView(bytes.buffer);
  writeLatin1(bytes, 0, MAGIC);
  view.setUint8(6, 1);
  view.setUint8(7, 0);
  view.setUint16(8, header.length, true);
  writeLatin1(bytes, 10, header);
  for (let index = 0; index < size; index++) {
    view.setFloat64(length + 8 * index, values[index]!, true);
  }
  return bytes;
}

function writeLatin1(bytes: Uint8Array, offset: number, characters: string): void {
  for (let index = 0; index < characters.length; index++) {
    bytes[offset + index] = characters.charCodeAt(index);
  }
}
