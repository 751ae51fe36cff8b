import type { ActionExecutionDetail, SourceRevision } from '@aws-sdk/client-codepipeline';
import { outsideAddress, pageAddress } from './address.ts';
import { approvalCard } from './approval-card.ts';
import { placeOf } from './build-log.ts';
import { type Html, html } from './markup.ts';
import { isoTime, lengthOf, relativeTime } from './moment.ts';
import { type ActionPicture, endOf, logOf, type RulePicture, startOf } from './picture.ts';
import { badge } from './status.ts';

const conditionNames = {
  beforeEntry: 'Entry condition',
  onSuccess: 'Success condition',
  onFailure: 'Failure condition',
} as const;

/** An action of a stage, or a rule of its conditions: what it is, how it goes, where to read more. */
export function actionItem(
  action: ActionPicture | RulePicture,
  revisions: readonly SourceRevision[],
  pipeline: string,
  now: number,
): Html {
  const { execution, status } = action;
  const [id, kind] =
    'condition' in action
      ? [`rule/${action.stage}/${action.condition}/${action.name}`, `${conditionNames[action.condition]} · `]
      : [`action/${action.stage}/${action.name}`, ''];
  return html`<li class="action" id="${id}">
<div class="head"><h4>${action.name}</h4>${badge(status)}</div>
<p class="quiet">${kind}${action.provider}${execution ? timing(execution, now) : undefined}</p>
${status === 'WaitingForApproval' && execution ? approvalCard(action, execution, revisions, now) : undefined}
${execution ? told(execution, pipeline) : undefined}
</li>`;
}

function timing(execution: ActionExecutionDetail, now: number): Html {
  const start = startOf(execution);
  if (execution.status === 'InProgress') return html` · ${lengthOf(now - start)} so far`;
  return html` · ${lengthOf(endOf(execution) - start)} · ${relativeTime(endOf(execution), now)}`;
}

function told(execution: ActionExecutionDetail, pipeline: string): Html {
  const { externalExecutionSummary: summary, errorDetails: error } = execution.output?.executionResult ?? {};
  const shown = error?.message ?? summary;
  return html`${shown === undefined ? undefined : html`<p class="summary">${error?.code === undefined ? undefined : html`<code class="code">${error.code}</code> `}<bdi>${shown}</bdi></p>`}
${links(execution, pipeline)}
${details(execution)}`;
}

function links(execution: ActionExecutionDetail, pipeline: string): Html | undefined {
  const { pipelineExecutionId: run, actionExecutionId, actionName, output } = execution;
  const outside = outsideAddress(output?.executionResult?.externalExecutionUrl);
  const hasLog = placeOf(logOf(execution)) !== undefined;
  if (!hasLog && outside === undefined) return undefined;
  const log = pageAddress(pipeline, { run, execution: actionExecutionId }, '#log-end');
  return html`<p class="links">${hasLog ? html`<a href="${log}">Log<span class="hidden"> of ${actionName}</span></a> ` : undefined}${
    outside === undefined
      ? undefined
      : html`<a href="${outside}" rel="noreferrer noopener">At its provider<span class="hidden"> (${actionName})</span></a>`
  }</p>`;
}

function details(execution: ActionExecutionDetail): Html {
  const facts: readonly (readonly [string, Html | string | undefined])[] = [
    ['Started', isoTime(startOf(execution))],
    [execution.status === 'InProgress' ? 'Last change' : 'Ended', isoTime(endOf(execution))],
    ['Execution', execution.actionExecutionId],
    ['At the provider', execution.output?.executionResult?.externalExecutionId],
    ['By', execution.updatedBy],
    ...Object.entries(execution.output?.outputVariables ?? {}).map(([name, value]) => [name, value] as const),
  ];
  const shown = facts.filter(([, value]) => value !== undefined && value !== '');
  return html`<details><summary>Details<span class="hidden"> of ${execution.actionName}</span></summary>
<dl class="facts">${shown.map(([name, value]) => html`<div><dt><bdi>${name}</bdi></dt><dd>${value}</dd></div>`)}</dl></details>`;
}
