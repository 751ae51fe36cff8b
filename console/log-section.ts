import type { ActionExecutionDetail } from '@aws-sdk/client-codepipeline';
import { type Choice, logAddress, pageAddress } from './address.ts';
import { type Line, lastPiece, type Piece, type Place, pieceAfter, placeOf, type ReadLog } from './build-log.ts';
import { type Html, html } from './markup.ts';
import { isoTime, lengthOf, relativeTime } from './moment.ts';
import { buildsOf, endOf, logOf, startOf } from './picture.ts';
import type { Snapshot } from './read-pipeline.ts';
import { shortRun } from './short-text.ts';
import { badge } from './status.ts';

/** Builds to choose from. */
const OFFERED = 8;

/**
 * The log of the build chosen, or of the newest. Without `read` its lines are left out: the script has them already, and asks for more
 * by itself.
 */
export function logSection(snapshot: Snapshot, pipeline: string, choice: Choice, read?: ReadLog): Html {
  const builds = buildsOf(snapshot);
  const chosen = chosenOf(builds, choice);
  return html`<section id="log" aria-labelledby="log-title">
<h2 id="log-title">Build log</h2>
${chooser(builds, chosen, pipeline)}
${chosen ? logOfBuild(chosen, pipeline, choice, snapshot.now, read) : html`<p class="empty">${nothing(choice)}</p>`}
</section>`;
}

function chosenOf(builds: readonly ActionExecutionDetail[], { execution, run }: Choice) {
  if (execution !== undefined) return builds.find(({ actionExecutionId }) => actionExecutionId === execution);
  return builds.find(({ pipelineExecutionId }) => run === undefined || pipelineExecutionId === run);
}

function nothing({ execution, run }: Choice): string {
  if (execution !== undefined) return `There is no log of an action execution ${execution} in this pipeline.`;
  if (run !== undefined) return `Run ${run} has no build with a log.`;
  return 'The log of a build appears here as soon as one has started.';
}

function chooser(
  builds: readonly ActionExecutionDetail[],
  chosen: ActionExecutionDetail | undefined,
  pipeline: string,
): Html | undefined {
  if (builds.length === 0) return undefined;
  const offered = builds.filter((build, index) => index < OFFERED || build === chosen);
  return html`<nav class="builds" aria-label="Builds"><ul>${offered.map((build) => {
    const { actionExecutionId: execution = '', pipelineExecutionId: run = '', actionName, status = '' } = build;
    const current = build === chosen ? html` aria-current="true"` : undefined;
    return html`<li id="build/${execution}"><a href="${pageAddress(pipeline, { run, execution }, '#log')}"${current}>${badge(status)} <bdi>${actionName}</bdi> <code>${shortRun(run)}</code></a></li>`;
  })}</ul></nav>`;
}

function logOfBuild(
  build: ActionExecutionDetail,
  pipeline: string,
  { after }: Choice,
  now: number,
  read: ReadLog | undefined,
): Html {
  const { actionExecutionId: execution = '', actionName = '', stageName = '', pipelineExecutionId: run = '' } = build;
  const place = placeOf(logOf(build));
  const piece = read && place ? pieceOf(read, place, after) : undefined;
  const here = { run, execution };
  return html`<p class="quiet"><bdi>${stageName}</bdi> <span aria-hidden="true">›</span> <bdi>${actionName}</bdi> of run <code>${run}</code>, ${ending(build, now)}</p>
<div class="log" id="log/${execution}" data-keep>
${piece?.earlier ? html`<p class="links"><a href="${pageAddress(pipeline, { ...here, after: 0 }, '#log')}">Show it from the beginning</a></p>` : undefined}
<pre class="lines" tabindex="0" role="region" aria-label="Log of ${actionName}" data-log="${logAddress(pipeline, execution)}" data-after="${piece?.after ?? 0}"${piece?.later ? undefined : html` data-follow`}>${piece?.lines.map(line)}<span id="log-end"></span></pre>
${piece?.later ? html`<p class="links"><a href="${pageAddress(pipeline, { ...here, after: piece.after }, '#log')}">Show the lines that follow</a> <a href="${pageAddress(pipeline, here, '#log-end')}">Go to the end</a></p>` : undefined}
</div>`;
}

function pieceOf(read: ReadLog, place: Place, after: number | undefined): Piece {
  return after === undefined ? lastPiece(read, place) : pieceAfter(read, place, after);
}

function line({ clock, text }: Line): Html {
  return html`<span class="line" data-clock="${clock}">${text}
</span>`;
}

function ending(build: ActionExecutionDetail, now: number): Html {
  const start = startOf(build);
  if (build.status === 'InProgress') return html`started ${isoTime(start)}, ${lengthOf(now - start)} so far`;
  return html`ended ${isoTime(endOf(build))}, ${relativeTime(endOf(build), now)}, after ${lengthOf(endOf(build) - start)}`;
}
