import { resolve } from "node:path";
import { withLock } from "@apr-kit/cache";
import type { SeverityTableName } from "@apr-kit/corruptions";
import { type Bars, createBars } from "../terminal/bars.ts";
import { CliError } from "../terminal/cliError.ts";
import { printJson, printLine } from "../terminal/output.ts";
import { type ChosenCells, chooseCells } from "./chooseCells.ts";
import { describeFrost } from "./describeFrost.ts";
import { openImages } from "./openImages.ts";
import {
  corruptionsVersion,
  openRecord,
  prepareFolder,
  RECORD,
  type SetRecord,
} from "./setRecord.ts";
import { createWork } from "./setWork.ts";
import { startCorruptors } from "./startCorruptors.ts";
import { writeCifarC } from "./writeCifarC.ts";
import { writeImageNetC } from "./writeImageNetC.ts";

/** Options of `apr corrupt`. */
export interface CorruptSetOptions {
  readonly dataset?: string;
  readonly directory?: string;
  readonly folder?: string;
  readonly out: string;
  readonly layout?: "cifar-c" | "imagenet-c";
  readonly corruptions: string;
  readonly severities: string;
  readonly images?: number;
  readonly size: number;
  readonly table?: SeverityTableName;
  readonly seed: number;
  readonly jobs: number;
  readonly frost?: string;
  readonly json?: boolean;
}

/** What was made, for `--json`. */
export interface CorruptSetReport extends SetRecord {
  readonly directory: string;
  readonly skipped: readonly string[];
  readonly seconds: number;
}

const tableBySide = new Map<number, SeverityTableName>([
  [32, "cifar"],
  [64, "tinyImageNet"],
  [224, "imageNet"],
]);

const LEAST_SIDE = 16;

/** Makes a corrupted set on disk and prints what was made. */
export async function corruptSet(options: CorruptSetOptions): Promise<void> {
  const bars = createBars();
  const report = await makeSet(options, bars);
  bars.stop();
  if (options.json) return printJson(report);
  const { directory, files, seconds, settings } = report;
  printLine(
    `${directory}: ${Object.keys(files).length} files of ${settings.dataset}, regenerated with seed ` +
      `${settings.seed} (not the official set; see ${RECORD}), ${seconds.toFixed(1)} s`,
  );
}

/** {@link corruptSet} without the printing. */
export async function makeSet(options: CorruptSetOptions, bars: Bars): Promise<CorruptSetReport> {
  const startMs = performance.now();
  const directory = resolve(options.out);
  const { cells, skipped } = withoutFrost(chooseCells(options), options);
  for (const name of skipped) {
    bars.say(`${name} is left out: it needs photographs; give --frost DIR, or --frost procedural`);
  }
  const makesFrost = cells.names.includes("frost") && options.frost !== undefined;
  const frost = makesFrost ? await describeFrost(options.frost as string) : undefined;
  const { onProgress, say: onNotice } = bars;
  const clean = await openImages({ ...options, onProgress, onNotice });
  if (clean.side < LEAST_SIDE) {
    throw new CliError(
      "NO_IMAGES",
      `expected at least ${LEAST_SIDE} pixels a side, got ${clean.side}`,
    );
  }
  const table = options.table ?? tableBySide.get(clean.side);
  if (table === undefined) {
    throw new CliError(
      "NO_TABLE",
      `no parameters are made for ${clean.side} pixels a side; name some with --table`,
    );
  }
  const layout = options.layout ?? (options.folder === undefined ? "cifar-c" : "imagenet-c");
  const { dataset, sha256: sourceSha256, images, side } = clean;
  const { seed } = options;
  const version = corruptionsVersion();
  const settings = { layout, dataset, sourceSha256, images, side, table, seed, version };
  await prepareFolder(directory);
  const record = await withLock(
    directory,
    async () => {
      const corruptors = await startCorruptors(options.jobs);
      try {
        const before = await openRecord(directory, settings, frost);
        const fixed = { side, seed, table, ...(makesFrost && { frost: options.frost as string }) };
        const work = createWork({ directory, clean, cells, jobs: options.jobs }, before, {
          corrupt: (chunk) => corruptors.run({ ...chunk, ...fixed }),
          onProgress,
        });
        await (layout === "cifar-c" ? writeCifarC(work) : writeImageNetC(work));
        return work.record();
      } finally {
        await corruptors.stop();
      }
    },
    { onWait: onNotice },
  );
  const seconds = (performance.now() - startMs) / 1000;
  return { directory, ...record, skipped, seconds };
}

/** Frost without photographs is left out of a list like "all", and refused where it is asked for by name. */
function withoutFrost(
  cells: ChosenCells,
  { frost, corruptions }: CorruptSetOptions,
): { readonly cells: ChosenCells; readonly skipped: readonly string[] } {
  if (frost !== undefined || !cells.names.includes("frost")) return { cells, skipped: [] };
  if (corruptions.includes("frost")) {
    throw new CliError(
      "NO_FROST",
      "frost needs the five photographs of the ImageNet-C generator: give --frost DIR, " +
        "or --frost procedural for a texture that is not the benchmark's",
    );
  }
  const names = cells.names.filter((name) => name !== "frost");
  return { cells: { ...cells, names }, skipped: ["frost"] };
}
