import type { PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import { pageAddress } from './address.ts';
import { placeOf } from './build-log.ts';
import { type Html, html } from './markup.ts';
import { isoTime, relativeTime } from './moment.ts';
import { type Cause, causesOf, endOf, logOf } from './picture.ts';
import type { Snapshot } from './read-pipeline.ts';
import { revisionLine, shortRun } from './short-text.ts';

/** Why the newest run failed, whole and first; nothing when it did not. */
export function causeSection(snapshot: Snapshot, pipeline: string): Html | undefined {
  const run = snapshot.runs[0];
  if (run?.status !== 'Failed') return undefined;
  const causes = causesOf(snapshot, run);
  return html`<section class="cause" id="cause" aria-labelledby="cause-title">
<h2 id="cause-title">Why run <code>${shortRun(run.pipelineExecutionId ?? '')}</code> failed</h2>
${causes.length === 0 ? html`<p>${run.statusSummary ?? 'No action of this run failed, and the API tells no reason.'}</p>` : causes.map((cause) => causeOf(cause, pipeline, snapshot.now))}
${revisions(run)}
</section>`;
}

function causeOf({ execution, error }: Cause, pipeline: string, now: number): Html {
  const { stageName = '', actionName = '', actionExecutionId = '' } = execution;
  const code = error.code === undefined ? undefined : html` <code class="code">${error.code}</code>`;
  return html`<div class="failure" id="failure/${actionExecutionId}">
<h3><bdi>${stageName}</bdi> <span aria-hidden="true">›</span> <bdi>${actionName}</bdi>${code}</h3>
<p class="message">${error.message ?? execution.output?.executionResult?.externalExecutionSummary ?? 'The action gave no message.'}</p>
<p class="links">${logLink(execution, pipeline)}<span class="quiet">${isoTime(endOf(execution))}, ${relativeTime(endOf(execution), now)}</span></p>
</div>`;
}

function logLink(execution: Cause['execution'], pipeline: string): Html | undefined {
  if (!placeOf(logOf(execution))) return undefined;
  const { pipelineExecutionId: run, actionExecutionId } = execution;
  return html`<a class="strong" href="${pageAddress(pipeline, { run, execution: actionExecutionId }, '#log-end')}">Open the end of its log</a> `;
}

function revisions({ sourceRevisions = [] }: PipelineExecutionSummary): Html | undefined {
  if (sourceRevisions.length === 0) return undefined;
  return html`<dl class="facts">${sourceRevisions.map((revision) => html`<div><dt>${revision.actionName}</dt><dd>${revisionLine(revision)}</dd></div>`)}</dl>`;
}
