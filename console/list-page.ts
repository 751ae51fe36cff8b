import { pageAddress, ROOT } from './address.ts';
import { mainOf, type Page } from './document.ts';
import { type Html, html } from './markup.ts';
import { isoTime, lengthOf, relativeTime } from './moment.ts';
import { endOf, startOf } from './picture.ts';
import type { Listed, Listing } from './read-pipelines.ts';
import { revisionLine, shortRun } from './short-text.ts';
import { badge, goesOn } from './status.ts';

/** The list of pipelines, each with its latest run. `after`: which page of the list it is. */
export function listPage(
  { pipelines, next, now }: Listing,
  after: string | undefined,
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
): Page {
  const title = 'Pipelines';
  const moving = pipelines.some(({ latest }) => goesOn(latest?.status));
  const main = mainOf(
    { title, live: addressOf(after), moving },
    html`<h1>Pipelines</h1>
${pipelines.length === 0 ? createHint(endpoint, region) : html`<ul class="pipelines">${pipelines.map((each) => item(each, now))}</ul>`}
${paging(after, next)}`,
  );
  return { title, main, refresh: moving ? 3 : 15 };
}

function item({ name, version, latest }: Listed, now: number): Html {
  return html`<li class="card" id="pipeline/${name}">
<div class="head"><h2><a href="${pageAddress(name)}">${name}</a></h2>${badge(latest?.status ?? 'NotStarted')}</div>
${latest ? latestRun(latest, now) : html`<p class="quiet">Version ${version} has not run yet.</p>`}
</li>`;
}

function latestRun(run: NonNullable<Listed['latest']>, now: number): Html {
  const { pipelineExecutionId: id = '', sourceRevisions = [], status } = run;
  const started = startOf(run);
  const length = lengthOf((goesOn(status) ? now : endOf(run)) - started);
  return html`<p class="quiet">Run <code>${shortRun(id)}</code> · started ${isoTime(started)}, ${relativeTime(started, now)} · ${length}${goesOn(status) ? ' so far' : ''}</p>
${sourceRevisions.map((revision) => html`<p class="revision">${revisionLine(revision)}</p>`)}`;
}

function createHint(endpoint: string, region: string): Html {
  return html`<div class="empty"><p>There is no pipeline yet. Create one from a definition:</p>
<pre class="command"><code>aws codepipeline create-pipeline --cli-input-json file://pipeline.json --region ${region} --endpoint-url ${endpoint}</code></pre>
</div>`;
}

function paging(after: string | undefined, next: string | undefined): Html | undefined {
  if (after === undefined && next === undefined) return undefined;
  return html`<nav class="links" aria-label="Pages">${after === undefined ? undefined : html`<a href="${addressOf(undefined)}">First pipelines</a> `}${
    next === undefined ? undefined : html`<a href="${addressOf(next)}">More pipelines</a>`
  }</nav>`;
}

function addressOf(after: string | undefined): string {
  return after === undefined ? `${ROOT}/` : `${ROOT}/?${new URLSearchParams({ after })}`;
}
