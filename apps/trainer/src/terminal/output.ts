import Table from "cli-table3";

/** Prints one JSON document to stdout: what `--json` promises of every command. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** Prints a line for people. */
export function printLine(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a table with a header; numbers are right-aligned by the caller through `columns`. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: readonly ("left" | "right")[] = [],
): void {
  const table = new Table({
    head: [...head],
    colAligns: [...columns],
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  printLine(table.toString());
}

/** A fraction as a percentage with one decimal: the only place where rates are multiplied by 100. */
export function percent(fraction: number, digits = 1): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}
