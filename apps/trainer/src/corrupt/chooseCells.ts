import { type CorruptionName, corruptions, type Severity } from "@apr-kit/corruptions";
import { CliError } from "../terminal/cliError.ts";

/** What a user asked for, in words. */
export interface CellWords {
  /** "all", "benchmark", "extras", or names between commas. */
  readonly corruptions: string;
  /** Numbers between commas. */
  readonly severities: string;
}

/** Corruptions in the benchmark's order, severities rising. */
export interface ChosenCells {
  readonly names: readonly CorruptionName[];
  readonly severities: readonly Severity[];
}

/** @throws {CliError} BAD_CELLS if a word is no corruption or no severity, with those that are */
export function chooseCells({ corruptions: words, severities }: CellWords): ChosenCells {
  return { names: chosenNames(words), severities: chosenSeverities(severities) };
}

function chosenNames(words: string): readonly CorruptionName[] {
  const known = corruptions.map(({ name }) => name);
  if (words === "all") return known;
  if (words === "benchmark") return known.slice(0, 15);
  if (words === "extras") return known.slice(15);
  const asked = listed(words);
  for (const name of asked) {
    if (!(known as readonly string[]).includes(name)) {
      throw bad(
        `--corruptions: expected all, benchmark, extras or some of ${known}, got "${name}"`,
      );
    }
  }
  return known.filter((name) => asked.has(name));
}

function chosenSeverities(words: string): readonly Severity[] {
  const asked = listed(words);
  for (const word of asked) {
    if (!/^[1-5]$/.test(word)) throw bad(`--severities: expected some of 1,2,3,4,5, got "${word}"`);
  }
  return ([1, 2, 3, 4, 5] as const).filter((severity) => asked.has(`${severity}`));
}

function listed(words: string): ReadonlySet<string> {
  return new Set(words.split(",").map((word) => word.trim()));
}

function bad(message: string): CliError {
  return new CliError("BAD_CELLS", message);
}
