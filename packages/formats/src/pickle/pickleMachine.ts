import { show } from "@apr-kit/contracts";
import { malformed } from "../malformed.ts";

/** How the strings of Python 2 (bytes of no stated encoding) are read. */
export type PickledStrings = "utf8" | "latin1";

export interface MachineOptions {
  /** The function that the caller called, for messages. */
  readonly where: string;
  readonly strings: PickledStrings;
}

/** Integers of pickles are sizes, counters and seeds; a longer one is an attack on our time. */
const MAX_INTEGER_BYTES = 64;

/**
 * The state of one unpickling: the bytes and how far they are read, the stack, its marks and the
 * memo. Every read is checked, and nothing takes more memory than a multiple of the bytes.
 */
export class PickleMachine {
  readonly stack: unknown[] = [];
  readonly memo = new Map<number, unknown>();
  readonly #marks: number[] = [];
  readonly #view: DataView;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #at = 0;

  readonly where: string;
  readonly #strings: PickledStrings;

  constructor(
    readonly pickle: Uint8Array,
    { where, strings }: MachineOptions,
  ) {
    this.where = where;
    this.#strings = strings;
    this.#view = new DataView(pickle.buffer, pickle.byteOffset, pickle.byteLength);
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A little-endian integer in two's complement; a number where that is exact. */
  integer(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES) {
      throw this.malformed(`integers of at most ${MAX_INTEGER_BYTES} bytes`, `${length}`);
    }
    let value = 0n;
    this.bytes(length).forEach((byte, place) => {
      value |= BigInt(byte) << BigInt(8 * place);
    });
    const signed = BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.pickle.subarray(start, start + length);
  }

  malformed(expected: string, actual: string, cause?: unknown): Error {
    return malformed(this.where, expected, actual, cause);
  }

  /** A string of Python 2. */
  string(length: number): string {
    return this.#strings === "latin1" ? latin1(this.bytes(length)) : this.text(length);
  }

  text(length: number): string {
    const bytes = this.bytes(length);
    try {
      return this.#utf8.decode(bytes);
    } catch (cause) {
      throw this.malformed("text in UTF-8 in the pickle", "other bytes", cause);
    }
  }

  /** Text up to the next line feed. */
  line(): string {
    const end = this.pickle.indexOf(0x0a, this.#at);
    const text = this.text((end < 0 ? this.pickle.length : end) - this.#at);
    this.#advance(1);
    return text;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw this.malformed("a well-formed pickle", "an empty stack");
    return this.stack.pop();
  }

  top(): unknown {
    if (this.stack.length === 0) throw this.malformed("a well-formed pickle", "an empty stack");
    return this.stack.at(-1);
  }

  mark(): void {
    this.#marks.push(this.stack.length);
  }

  /** Everything above the last mark. */
  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.malformed("a well-formed pickle", "no mark on the stack");
    return this.stack.splice(mark);
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  get(index: number): void {
    if (!this.memo.has(index)) {
      throw this.malformed("a well-formed pickle", `no memory of entry ${show(index)}`);
    }
    this.push(this.memo.get(index));
  }

  #advance(length: number): number {
    const start = this.#at;
    if (!(length >= 0 && start + length <= this.pickle.length)) {
      throw this.malformed(
        `${length} more bytes in the pickle`,
        `${this.pickle.length - start}: it is cut off`,
      );
    }
    this.#at = start + length;
    return start;
  }
}

/** One character a byte; the decoder of that name in the Encoding Standard is Windows-1252. */
function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}
