import type { Rate } from "@apr-kit/metrics";
import { wilsonInterval } from "@apr-kit/metrics";
import { stringify } from "yaml";
import { percent } from "../terminal/output.ts";
import { type Comparison, groupNames } from "./comparison.ts";
import { corruptionChart, lossChart, severityChart } from "./comparisonCharts.ts";
import { html, type Markup, page, raw } from "./page.ts";

/** A labelled strip of pictures. */
export interface PictureStrip {
  readonly caption: string;
  /** PNG data URI. */
  readonly source: string;
}

/** The quick start's report: one HTML file that needs nothing else. */
export async function renderComparison(
  comparison: Comparison,
  strips: {
    readonly augmentation: readonly PictureStrip[];
    readonly corruption: readonly PictureStrip[];
  },
): Promise<string> {
  const { standard, robust, config, setting } = comparison;
  const before = percent(standard.corruption.value);
  const after = percent(robust.corruption.value);
  const title = `Mean corruption error ${before} → ${after} with APR-SP`;
  const body = html`
<h1>${title}</h1>
<p class="lead">The same ${setting.parameters.toLocaleString("en")}-parameter network, trained twice on CIFAR-10 for
${config.training.steps} steps of ${config.training.batchSize} images from seed ${config.seed}: once with crop and flip
only (standard), once with Amplitude-Phase Recombination of single images and of pairs (APR-SP).</p>
<div class="cards">
${card("mean corruption error, standard", before)}
${card("mean corruption error, APR-SP", after)}
${card("clean error, standard → APR-SP", `${percent(standard.clean.value)} → ${percent(robust.clean.value)}`)}
${card("training time, standard → APR-SP", `${seconds(standard.trainingSeconds)} → ${seconds(robust.trainingSeconds)}`)}
</div>
${resultTable(comparison)}
<p class="note">Mean corruption error: ${robust.corruption.convention}. Corrupted images are regenerated here by the CIFAR-10-C algorithms from
${config.evaluation.corruptedImages} test images per corruption at severities ${config.evaluation.severities.join(", ")};
they follow the published set's distribution but are not its bytes, and frost is left out because its photographs are
not redistributable. Compare with published figures only in direction, not in value.</p>
<h2>By corruption</h2>
<figure>${raw(await corruptionChart(comparison))}</figure>
<h2>By severity, and in training</h2>
<figure>${raw(await severityChart(comparison))} ${raw(await lossChart(comparison))}
<figcaption>APR-SP's training loss is higher because its images are harder, not because it learns less.</figcaption></figure>
<h2>What the networks see in training</h2>
<p>People recognise these pictures, because their phase is intact; a network that leaned on amplitude is lost.</p>
${strips.augmentation.map(strip)}
<h2>What they are tested on</h2>
${strips.corruption.map(strip)}
<h2>How to get these figures again</h2>
<pre>${setting.command}</pre>
<dl>
<dt>engine</dt><dd>${setting.engine}, ${setting.threads} threads, Node ${setting.node}</dd>
<dt>processor</dt><dd>${setting.processor}</dd>
<dt>data</dt><dd>${setting.dataset}</dd>
<dt>made</dt><dd>${setting.date}</dd>
</dl>
<pre>${stringify(config)}</pre>`;
  return page(title, body);
}

function card(label: string, value: string): Markup {
  return html`<div class="card"><b>${value}</b><span>${label}</span></div>`;
}

function resultTable({ standard, robust }: Comparison): Markup {
  const groupRows = groupNames.map((group) =>
    row(group, standard.corruption.byGroup[group], robust.corruption.byGroup[group]),
  );
  return html`<table>
<thead><tr><th>error</th><th>standard</th><th>APR-SP</th><th>difference</th></tr></thead>
<tbody>
<tr><td>clean, with 95 % interval</td><td>${withInterval(standard.clean)}</td><td>${withInterval(robust.clean)}</td>
<td>${points(robust.clean.value - standard.clean.value)}</td></tr>
${groupRows}
<tr class="total"><td>mean corruption error</td><td>${percent(standard.corruption.value)}</td>
<td>${percent(robust.corruption.value)}</td><td>${points(robust.corruption.value - standard.corruption.value)}</td></tr>
</tbody></table>`;
}

function row(label: string, before: number, after: number): Markup {
  const better = raw(after < before ? ' class="better"' : "");
  return html`<tr><td>${label}</td><td>${percent(before)}</td><td>${percent(after)}</td>
<td${better}>${points(after - before)}</td></tr>`;
}

function withInterval({ value, hits, count }: Rate): string {
  const { lower, upper } = wilsonInterval(hits, count);
  return `${percent(value)} (${(100 * lower).toFixed(1)} to ${(100 * upper).toFixed(1)})`;
}

/** A difference of fractions in percentage points, with its sign. */
function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return difference > 0 ? `+${text}` : text.replace("-", "−");
}

function seconds(value: number): string {
  return `${Math.round(value)} s`;
}

function strip({ caption, source }: PictureStrip): Markup {
  return html`<figure><img src="${source}" alt="${caption}"><figcaption>${caption}</figcaption></figure>`;
}
