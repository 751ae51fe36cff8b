import type { PipelineDeclaration } from '@aws-sdk/client-codepipeline';
import { type Choice, liveAddress, outsideAddress } from './address.ts';
import type { ReadLog } from './build-log.ts';
import { causeSection } from './cause-section.ts';
import { mainOf, type Page } from './document.ts';
import { logSection } from './log-section.ts';
import { type Html, html } from './markup.ts';
import { isMoving, type StagePicture, stagesOf } from './picture.ts';
import type { Snapshot } from './read-pipeline.ts';
import { runsSection } from './runs-section.ts';
import { stagesSection } from './stages-section.ts';
import { stateSentence } from './state-sentence.ts';
import { badge, wordOf } from './status.ts';

/** Where the console finds itself. */
export interface Surroundings {
  readonly endpoint: string;
  readonly region: string;
  /** What the pipeline has put online. */
  readonly site: string | undefined;
}

/** The page of a pipeline. With `read` it holds the lines of the log; without, it is what changes. */
export function pipelinePage(
  snapshot: Snapshot,
  choice: Choice,
  { endpoint, region, site }: Surroundings,
  read?: ReadLog,
): Page {
  const { declaration, runs, now } = snapshot;
  const name = declaration.name ?? '';
  const stages = stagesOf(snapshot);
  const status = statusOf(snapshot, stages);
  const title = `${status === undefined ? '' : `${wordOf(status)} – `}${name} – Pipelines`;
  const main = mainOf(
    { title, live: liveAddress(name, choice), moving: isMoving(snapshot) },
    html`<h1>${name}</h1>
<p class="lead">Version ${declaration.version} · ${declaration.pipelineType ?? 'V1'} · ${declaration.executionMode ?? 'SUPERSEDED'}${siteLink(site)}</p>
<div class="state">${status === undefined ? undefined : badge(status)}<p id="state" role="status">${stateSentence(snapshot, stages)}</p></div>
${causeSection(snapshot, name)}
${stagesSection(stages, runs[0]?.pipelineExecutionId, name, now)}
${runsSection(runs, { pipeline: name, endpoint, region, follows: followed(declaration) }, now)}
${logSection(snapshot, name, choice, read)}`,
  );
  return { title, here: name, main, refresh: isMoving(snapshot) ? 3 : 15 };
}

/** The newest run's status; an approval that is all it waits for is a status of its own. */
function statusOf({ runs }: Snapshot, stages: readonly StagePicture[]): string | undefined {
  const run = runs[0];
  const waits = stages.some((stage) => stage.run === run?.pipelineExecutionId && stage.status === 'WaitingForApproval');
  return run?.status === 'InProgress' && waits ? 'WaitingForApproval' : run?.status;
}

function siteLink(site: string | undefined): Html | undefined {
  const address = outsideAddress(site);
  return address === undefined ? undefined : html` · <a href="${address}">Its site</a>`;
}

/** The branch that a source action follows, as `main of octo/hello`. */
function followed({ stages }: PipelineDeclaration): string | undefined {
  const sources = stages?.[0]?.actions ?? [];
  const { BranchName: branch, FullRepositoryId: id, RepositoryName: name } = sources[0]?.configuration ?? {};
  const repository = id ?? name;
  return branch === undefined || repository === undefined ? undefined : `${branch} of ${repository}`;
}
