/**
 * @file Compares our change of pixels, by our random numbers, with that of the Python statement, on the same images.
 *
 *     node --conditions=@apr-kit/source --import tsx compareStatistics.ts IMAGES.u8 SIDE TABLE STATISTICS.json [FROST]
 *
 * A line for each cell: mean change, theirs and ours, spread of the change, theirs and ours, and how many standard
 * errors lie between each two.
 */
import { readFileSync } from "node:fs";
import {
  corrupt,
  type FrostPhotographs,
  loadFrostPhotographs,
  type SeverityTableName,
} from "../../src/index.ts";
import { formulaPhotographs } from "../formulas.ts";
import { average, changeOf, distance, readStatistics } from "../statistics.ts";

const [file = "", side = "", table = "", statistics = "", frostFolder] = process.argv.slice(2);
const data = new Uint8Array(readFileSync(file));
const images = data.length / (Number(side) ** 2 * 3);
const pixels = { data, shape: [images, Number(side), Number(side), 3] as const };
const frost: FrostPhotographs =
  frostFolder === undefined ? formulaPhotographs() : await loadFrostPhotographs(frostFolder);

const figure = (values: readonly number[]) => average(values).toFixed(2).padStart(8);
const distances: number[] = [];
for (const theirs of readStatistics(statistics)) {
  const { name, severity } = theirs;
  const options = { name, severity, seed: 1, table: table as SeverityTableName, frost };
  const ours = changeOf(data, (await corrupt(pixels, options)).data, images);
  const apart = [distance(theirs.means, ours.means), distance(theirs.spreads, ours.spreads)];
  distances.push(...apart);
  const means = figure(theirs.means) + figure(ours.means);
  const spreads = figure(theirs.spreads) + figure(ours.spreads);
  const errors = apart.map((d) => d.toFixed(1)).join(" ");
  process.stdout.write(`${`${name} ${severity}`.padEnd(20)}${means} ${spreads}   ${errors}\n`);
}
const beyondTwo = distances.filter((d) => d > 2).length;
process.stdout.write(
  `${images} images, ${distances.length} figures: ${beyondTwo} beyond 2 standard errors, ` +
    `farthest ${Math.max(...distances).toFixed(2)}\n`,
);
