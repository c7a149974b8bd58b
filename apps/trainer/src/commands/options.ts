import { InvalidArgumentError, Option } from "commander";

/** `--json`, the same on every command. */
export function jsonOption(): Option {
  return new Option("--json", "print the result as JSON on stdout");
}

/** `--engine`, the same on every command that computes. */
export function engineOption(): Option {
  return new Option("--engine <name>", "what computes")
    .choices(["auto", "tensorflow", "wasm", "cpu"])
    .default("auto");
}

/** `--threads`, the same on every command that computes. */
export function threadsOption(): Option {
  return new Option("--threads <n>", "threads of the engine (default: all cores)").argParser(
    positiveInteger,
  );
}

/** Parses an option that must be an integer of at least 1. */
export function positiveInteger(text: string): number {
  return integerFrom(1)(text);
}

/** Parses an option that must be an integer of at least 0. */
export function nonNegativeInteger(text: string): number {
  return integerFrom(0)(text);
}

/** Parses "0.5,0.5,0.5". */
export function triple(text: string): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.length === 3 && values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError(`expected three numbers as in 0.5,0.5,0.5, got "${text}".`);
}

function integerFrom(lower: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= lower) return value;
    throw new InvalidArgumentError(`expected an integer of at least ${lower}, got "${text}".`);
  };
}
