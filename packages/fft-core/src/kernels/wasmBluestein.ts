import { chirpTables } from "../fourier/bluestein.ts";
import { planPasses, uploadTable, type WasmAxis, type WasmPlanes } from "./wasmAxis.ts";
import { allocate, type WasmBackend, wasmInstance } from "./wasmInstance.ts";

const MOST_BYTES = 128; // of a row at a time, so that all of it stays in the processor's cache

/** The transform of ../fourier/bluestein.ts; its tables and its room for work stay in the backend's memory. */
export function wasmBluestein(backend: WasmBackend, length: number): WasmAxis {
  const { turnRows } = wasmInstance(backend)!;
  const { padded, chirp, response } = chirpTables(length);
  const [chirpTable, responseTable] = [chirp, response].map((t) => uploadTable(backend, t));
  const convolver = planPasses(backend, padded);
  const part = padded * MOST_BYTES;
  const room = allocate(backend, 4 * part);
  const [buffer, spare] = [
    { re: room, im: room + part },
    { re: room + 2 * part, im: room + 3 * part },
  ] as const;
  const turn = (
    [from, fromRow]: readonly [WasmPlanes, number],
    [to, toRow]: readonly [WasmPlanes, number],
    rows: number,
    bytes: number,
    table: number,
  ) => turnRows(from.re, from.im, fromRow, to.re, to.im, toRow, rows, bytes, table);

  return (input, work, innerBytes) => {
    for (let at = 0; at < innerBytes; at += MOST_BYTES) {
      const bytes = Math.min(MOST_BYTES, innerBytes - at);
      const place = ({ re, im }: WasmPlanes) => ({ re: re + at, im: im + at });
      const memory = new Uint8Array(backend.wasm.asm.memory.buffer);
      for (const start of [buffer.re, buffer.im]) {
        memory.fill(0, start + length * bytes, start + padded * bytes);
      }
      turn([place(input), innerBytes], [buffer, bytes], length, bytes, chirpTable!);
      const spectrum = convolver(buffer, spare, bytes);
      turn([spectrum, bytes], [spectrum, bytes], padded, bytes, responseTable!);
      const other = spectrum.re === buffer.re ? spare : buffer;
      const sums = swapped(convolver(swapped(spectrum), swapped(other), bytes));
      turn([sums, bytes], [place(work), innerBytes], length, bytes, chirpTable!);
    }
    return work;
  };
}

/** A forward transform between two swaps of real and imaginary part is the inverse. */
function swapped({ re, im }: WasmPlanes): WasmPlanes {
  return { re: im, im: re };
}
