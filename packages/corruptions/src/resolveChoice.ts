import { show, ValueError } from "@apr-kit/contracts";
import type { CorruptionChoice } from "./applyCorruption.ts";
import { corruptions } from "./corruptions.ts";
import type { FrostPhotograph, FrostSource } from "./frost/frostPhotograph.ts";
import type { CorruptionName, Severity } from "./tables/severityTable.ts";
import { type SeverityTableName, severityTables } from "./tables/severityTables.ts";

/** What to do to an image, as a caller says it. */
export interface CorruptionOptions {
  readonly name: CorruptionName;
  /** 1 (mild) to 5 (strong). */
  readonly severity: Severity;
  /** Whose parameters; by default those made for the image's side: 32, 64 or 224. */
  readonly table?: SeverityTableName;
  /** Needed by frost only; there is no default, because the photographs are not ours to ship. */
  readonly frost?: FrostSource;
}

const tableBySide = new Map<number, SeverityTableName>([
  [32, "cifar"],
  [64, "tinyImageNet"],
  [224, "imageNet"],
]);

/**
 * Checks what a caller asked for and looks up its table.
 *
 * @throws {ValueError} if the name or table is unknown, the severity is not 1 to 5, no table was made
 *         for this side and none is named, or frost is asked for without a source of frost
 */
export function resolveChoice(
  where: string,
  side: number,
  { name, severity, table = tableBySide.get(side), frost }: CorruptionOptions,
): CorruptionChoice {
  const names = corruptions.map((corruption) => corruption.name);
  requireOneOf(where, "name", name, names);
  requireOneOf(where, "severity", severity, [1, 2, 3, 4, 5]);
  if (table === undefined) {
    throw new ValueError(where, {
      expected: `table to be named (${list(Object.keys(severityTables))}) for sides other than 32, 64 and 224`,
      actual: `no table and a side of ${side}`,
    });
  }
  requireOneOf(where, "table", table, Object.keys(severityTables));
  if (name === "frost" && !isFrostSource(frost)) {
    throw new ValueError(where, {
      expected:
        'frost to be five photographs of RGB bytes (see loadFrostPhotographs) or "procedural", which is not the benchmark\'s frost',
      actual: show(frost),
    });
  }
  return { name, severity, table: severityTables[table], frost: frost ?? "procedural" };
}

function isFrostSource(frost: unknown): frost is FrostSource {
  if (frost === "procedural") return true;
  return Array.isArray(frost) && frost.length === 5 && frost.every(isPhotograph);
}

function isPhotograph(photograph: Partial<FrostPhotograph> | undefined): boolean {
  const { data, height = 0, width = 0 } = photograph ?? {};
  return data instanceof Uint8Array && data.length === height * width * 3 && data.length > 0;
}

function requireOneOf(where: string, argument: string, value: unknown, known: readonly unknown[]) {
  if (known.includes(value)) return;
  throw new ValueError(where, {
    expected: `${argument} to be one of ${list(known)}`,
    actual: show(value),
  });
}

function list(values: readonly unknown[]): string {
  return values.join(", ");
}
