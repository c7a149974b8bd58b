import { SetupError, ShapeError, ValueError } from "@apr-kit/contracts";

/** An error on its way between threads, which keep neither its class nor its own fields. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** `code` and whatever else of its own is text or a number. */
  readonly fields: Readonly<Record<string, string | number>>;
  readonly cause?: SentError;
}

const classes: Readonly<Record<string, { readonly prototype: Error }>> = {
  RangeError,
  SetupError,
  ShapeError,
  TypeError,
  ValueError,
};

/** Takes an error apart. */
export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) {
    return { name: "Error", message: String(error), stack: undefined, fields: {} };
  }
  const { name, message, stack, cause } = error;
  const fields: Record<string, string | number> = {};
  for (const [field, value] of Object.entries(error)) {
    if (typeof value === "string" || typeof value === "number") fields[field] = value;
  }
  const sent = { name, message, stack, fields };
  return cause === undefined ? sent : { ...sent, cause: sendError(cause) };
}

/** Puts an error together again: class, message, stack, fields and causes are those that it had. */
export function receiveError({ name, message, stack, fields, cause }: SentError): Error {
  const error = new Error(message, cause === undefined ? {} : { cause: receiveError(cause) });
  const known = classes[name];
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype);
  if (stack !== undefined) error.stack = stack;
  return Object.assign(error, fields);
}
