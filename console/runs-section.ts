import type { ExecutionTrigger, PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import { pageAddress } from './address.ts';
import { type Html, html } from './markup.ts';
import { isoTime, lengthOf, relativeTime } from './moment.ts';
import { endOf, startOf } from './picture.ts';
import { principal, revisionLine, shortRun } from './short-text.ts';
import { badge, goesOn } from './status.ts';

/** What tells a reader how to start a run. */
export interface HowToStart {
  readonly pipeline: string;
  readonly endpoint: string;
  readonly region: string;
  /** Branch and repository that the pipeline follows, as `main of octo/hello`. */
  readonly follows: string | undefined;
}

/** The newest runs; or how to get one. On narrow screens each row is a block, so that the roles of a table are said. */
export function runsSection(runs: readonly PipelineExecutionSummary[], how: HowToStart, now: number): Html {
  return html`<section id="runs" aria-labelledby="runs-title">
<h2 id="runs-title">Runs</h2>
${runs.length === 0 ? startHint(how) : table(runs, how.pipeline, now)}
</section>`;
}

const COLUMNS = ['Status', 'Run', 'Trigger', 'Source', 'Started', 'Duration'];

function table(runs: readonly PipelineExecutionSummary[], pipeline: string, now: number): Html {
  return html`<table class="runs" role="table" aria-labelledby="runs-title">
<thead role="rowgroup"><tr role="row">${COLUMNS.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${runs.map((run) => row(run, pipeline, now))}</tbody>
</table>`;
}

function row(run: PipelineExecutionSummary, pipeline: string, now: number): Html {
  const { pipelineExecutionId: id = '', status = '', sourceRevisions = [] } = run;
  const started = startOf(run);
  const cells = [
    html`${badge(status)}${run.statusSummary === undefined ? undefined : html`<span class="quiet block">${run.statusSummary}</span>`}`,
    html`<a href="${pageAddress(pipeline, { run: id }, '#log')}" title="${id}"><code>${shortRun(id)}</code></a>`,
    html`${triggerOf(run.trigger)}${rolledBackTo(run, pipeline)}`,
    sourceRevisions.length === 0
      ? html`<span class="quiet">None yet</span>`
      : sourceRevisions.map((revision) => html`<span class="block">${revisionLine(revision)}</span>`),
    html`${isoTime(started)} <span class="quiet">${relativeTime(started, now)}</span>`,
    lengthOf((goesOn(status) ? now : endOf(run)) - started),
  ];
  return html`<tr role="row" id="run/${id}">${cells.map((cell, index) => html`<td role="cell" data-name="${COLUMNS[index]}">${cell}</td>`)}</tr>`;
}

/** The kind of trigger, and who or what. */
function triggerOf({ triggerType, triggerDetail = '' }: ExecutionTrigger = {}): Html {
  const detail = principal(triggerDetail);
  const cut = detail.length > 80 ? `${detail.slice(0, 80).toWellFormed()}…` : detail;
  return html`${triggerType}${cut === '' ? undefined : html` <span class="quiet block"><bdi>${cut}</bdi></span>`}`;
}

/** Of a rollback: the run to whose outcome a stage is brought back. */
function rolledBackTo({ rollbackMetadata }: PipelineExecutionSummary, pipeline: string): Html | undefined {
  const target = rollbackMetadata?.rollbackTargetPipelineExecutionId;
  if (target === undefined) return undefined;
  return html` <span class="block">to <a href="${pageAddress(pipeline, { run: target }, '#log')}" title="${target}"><code>${shortRun(target)}</code></a></span>`;
}

function startHint({ pipeline, endpoint, region, follows }: HowToStart): Html {
  return html`<div class="empty">
<p>This pipeline has not run yet. ${follows === undefined ? 'Push a commit to its source' : html`Push a commit to <bdi>${follows}</bdi>`} with <code>git push</code>, or start it:</p>
<pre class="command"><code>aws codepipeline start-pipeline-execution --name ${pipeline} --region ${region} --endpoint-url ${endpoint}</code></pre>
</div>`;
}
