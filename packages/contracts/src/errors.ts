/** What an error of this project carries besides its message. */
interface Details {
  readonly expected: string;
  readonly actual: string;
  readonly cause?: unknown;
}

/**
 * A bad argument, told as `<function>: expected <argument> <requirement>, got <actual>`.
 *
 * `code` is stable and made for programs; the message is made for people.
 */
class ArgumentError extends Error {
  readonly expected: string;
  readonly actual: string;

  constructor(
    readonly code: "SHAPE" | "VALUE",
    where: string,
    { expected, actual, cause }: Details,
  ) {
    super(`${where}: expected ${expected}, got ${actual}`, cause === undefined ? {} : { cause });
    this.expected = expected;
    this.actual = actual;
  }
}

/** An argument of the wrong rank, shape or length. */
export class ShapeError extends ArgumentError {
  override readonly name = "ShapeError";

  constructor(where: string, details: Details) {
    super("SHAPE", where, details);
  }
}

/** An argument outside its allowed values. */
export class ValueError extends ArgumentError {
  override readonly name = "ValueError";

  constructor(where: string, details: Details) {
    super("VALUE", where, details);
  }
}

/**
 * Something outside the program is missing or broken: a file, a download, a compiler, a disk.
 *
 * The message says what happened and ends with what to do about it.
 */
export class SetupError extends Error {
  override readonly name = "SetupError";
  readonly code = "SETUP";

  constructor(
    where: string,
    readonly problem: string,
    readonly remedy: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(`${where}: ${problem}; ${remedy}`, options);
  }
}

/** Renders any value for the `got ...` part of a message: short, one line, exact for numbers. */
export function show(value: unknown): string {
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${elements(value)})`;
  return shorten(typeof value === "object" && value !== null ? render(value) : atom(value));
}

const MAX_LENGTH = 80;

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 3)}...` : text;
}

function atom(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Values that hold the same part many times over are small in memory and may be endless as text. */
const MAX_PARTS = 10_000;

/**
 * JSON with the numbers that JSON lacks; what JSON refuses (a cycle) and what has too many parts by the name of
 * its class.
 */
function render(value: object): string {
  let parts = 0;
  try {
    const text = JSON.stringify(value, (_, part: unknown) => {
      parts += 1;
      if (parts > MAX_PARTS) throw new RangeError("too many parts");
      if (typeof part === "string") return part.slice(0, MAX_LENGTH); // no more is shown
      return typeof part === "bigint" || (typeof part === "number" && !Number.isFinite(part))
        ? `\u0000${atom(part)}\u0000`
        : part;
    });
    return text.replace(/"\\u0000(.*?)\\u0000"/g, "$1");
  } catch {
    return value.constructor?.name ?? "object";
  }
}

function elements(view: ArrayBufferView): number {
  return "length" in view ? (view.length as number) : view.byteLength;
}
