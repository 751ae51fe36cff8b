import { actionItem } from './action-item.ts';
import { pageAddress } from './address.ts';
import { type Html, html } from './markup.ts';
import type { ActionPicture, RulePicture, StagePicture } from './picture.ts';
import { principal, revisionLine, shortRun } from './short-text.ts';
import { badge, toneOf } from './status.ts';

/** The stages in their order, each with its run, who waits before it, and its actions. */
export function stagesSection(
  stages: readonly StagePicture[],
  newestRun: string | undefined,
  pipeline: string,
  now: number,
): Html {
  return html`<section id="stages" aria-labelledby="stages-title">
<h2 id="stages-title">Stages</h2>
<ol class="stages">${stages.map((stage) => stageItem(stage, newestRun, pipeline, now))}</ol>
</section>`;
}

function stageItem(stage: StagePicture, newestRun: string | undefined, pipeline: string, now: number): Html {
  return html`<li class="stage card is-${toneOf(stage.status)}" id="stage/${stage.name}">
<div class="head"><h3>${stage.name}</h3>${badge(stage.status)}</div>
${runLine(stage, newestRun, pipeline)}
${closed(stage.closed)}
${waiting(stage.waiting, pipeline)}
<ul class="actions">${inOrder(stage).map((each) => actionItem(each, stage.revisions, pipeline, now))}</ul>
</li>`;
}

/** Rules of entry, then the actions, then the rules that look at what has come of them. */
function inOrder({ actions, rules }: StagePicture): readonly ActionPicture[] {
  const isOfEntry = ({ condition }: RulePicture) => condition === 'beforeEntry';
  return [...rules.filter(isOfEntry), ...actions, ...rules.filter((rule) => !isOfEntry(rule))];
}

/** A stage goes on showing an earlier run until the newest comes to it. */
function runLine({ run, revisions }: StagePicture, newestRun: string | undefined, pipeline: string): Html {
  if (run === undefined) return html`<p class="quiet">No run has come here yet.</p>`;
  return html`<p class="run">${run === newestRun ? 'Run' : 'Earlier run'} ${runLink(run, pipeline)}</p>
${revisions.map((revision) => html`<p class="revision">${revisionLine(revision)}</p>`)}`;
}

function closed(way: StagePicture['closed']): Html | undefined {
  if (!way) return undefined;
  const by = way.by === '' ? undefined : html` <span class="quiet">by <bdi>${principal(way.by)}</bdi></span>`;
  return html`<p class="gate">Transition disabled${way.reason === '' ? undefined : html`: <bdi>${way.reason}</bdi>`}${by}</p>`;
}

function waiting(runs: readonly string[], pipeline: string): Html | undefined {
  if (runs.length === 0) return undefined;
  const links = runs.slice(0, SHOWN).map((run, index) => html`${index === 0 ? '' : ', '}${runLink(run, pipeline)}`);
  const more = runs.length > SHOWN ? ` and ${runs.length - SHOWN} more` : '';
  if (runs.length === 1) return html`<p class="gate">Waiting to enter: run ${links}</p>`;
  return html`<p class="gate">Waiting to enter, in this order: runs ${links}${more}</p>`;
}

/** So many runs of a queue are named: it may hold 50. */
const SHOWN = 5;

function runLink(run: string, pipeline: string): Html {
  return html`<a href="${pageAddress(pipeline, { run }, '#log')}" title="${run}"><code>${shortRun(run)}</code></a>`;
}
