import { wilsonInterval } from "@apr-kit/metrics";
import { percent, printLine, printTable } from "../terminal/output.ts";
import type { AttackRunReport } from "./attackRun.ts";
import type { OfficialAttack } from "./officialAttack.ts";

/** Prints a report for people. */
export function printAttackReport(report: AttackRunReport): void {
  const { images, rows, norm, epsilon } = report;
  printTable(
    ["after", "attacked", "robust accuracy", "95 % interval"],
    rows.map(({ attack, attacked, survivors, robustAccuracy }) => {
      const { lower, upper } = wilsonInterval(survivors, images);
      return [
        attack,
        attack === "clean" ? "" : `${attacked}`,
        percent(robustAccuracy),
        `${percent(lower)} to ${percent(upper)}`,
      ];
    }),
    ["left", "right", "right", "right"],
  );
  printLine(`${report.convention}.`);
  printLine(
    `largest perturbation ${report.maxNorm.toFixed(6)} of ${epsilon.toFixed(6)} (${norm}), values in ` +
      `[${report.minimum}, ${report.maximum}], ${report.nanCount} NaN; ${report.seconds.toFixed(0)} s on ${report.engine}`,
  );
  if (report.official !== undefined) printComparison(report.official);
  for (const { code, message } of report.flags) printLine(`warning (${code}): ${message}`);
}

function printComparison({ software, rows }: OfficialAttack): void {
  printTable(
    ["survivors after", "ours", software, "only ours", "only theirs"],
    rows.map(({ attack, ...counts }) => [
      attack,
      ...[counts.ours, counts.official, counts.onlyOurs, counts.onlyOfficial].map(String),
    ]),
    ["left", "right", "right", "right", "right"],
  );
}
