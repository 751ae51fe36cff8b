import { type ActionExecution, isDone } from '../domain/action.ts';
import type { Run } from '../domain/run.ts';
import { type Html, html } from '../lambda/html.ts';
import { moment } from '../lambda/moment.ts';

/** What became of an approval that is open no more. */
export interface Outcome {
  /** One word for the title, as `Approved`. */
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'over';
  /** Of an approval that nobody decided: what happened, and what to do. */
  readonly why?: Html;
}

/** Whether an approval can still be decided. */
export function isOpen({ status, deadline }: ActionExecution, now: number): boolean {
  return !isDone(status) && now < deadline;
}

/** What became of a closed approval of a run; one that is past its deadline has expired, also before that is recorded. */
export function outcomeOf(approval: ActionExecution, run: Pick<Run, 'status'>): Outcome {
  switch (approval.status) {
    case 'Succeeded':
      return { word: 'Approved', tone: 'good' };
    case 'Failed':
      if (approval.updatedBy !== undefined) return { word: 'Rejected', tone: 'bad' };
      return undecided('Failed', html`The action failed before anyone decided: ${approval.failure?.message}`);
    case 'Abandoned':
    case 'StartOutcomeUnknown':
      return run.status === 'Superseded'
        ? undecided('Superseded', html`A newer run took the place of this one before anyone decided.`, newer)
        : undecided('Over', html`The run ended (${run.status}) before anyone decided.`);
    case 'TimedOut':
    case 'Pending':
    case 'Starting':
    case 'Running':
      return undecided('Expired', html`The approval has expired. Nobody decided before ${moment(approval.deadline)}.`);
  }
}

const again = html`This run does not go on. To be asked again, start a new run of the pipeline.`;
const newer = html`The newer run asks by a mail of its own: open the link of that mail.`;

function undecided(word: string, happened: Html, todo = again): Outcome {
  return { word, tone: 'over', why: html`<p>${happened}</p><p>${todo}</p>` };
}

/** The card that says what became of an approval: the decision, by whom, when and with which comment. */
export function outcomeCard(approval: ActionExecution, { word, tone, why }: Outcome): Html {
  if (why) return html`<div class="card ${tone}">${why}</div>`;
  return html`<div class="card ${tone}"><dl>
<dt>Decision</dt><dd><strong class="verdict">${icons[tone]}${word}</strong></dd>
<dt>By</dt><dd>${person(approval.updatedBy)}</dd>
<dt>When</dt><dd>${moment(approval.lastUpdateTime)}</dd>
<dt>Comment</dt><dd class="said">${approval.summary === undefined ? html`<span class="quiet">None</span>` : approval.summary}</dd>
</dl></div>`;
}

/** The mail goes to all subscribers alike: its link proves no person. */
function person(by = 'unknown'): Html {
  return by === 'email-link'
    ? html`The link of the approval mail <span class="whole">(<code>${by}</code>)</span>`
    : html`<code>${by}</code>`;
}

/** Drawn on 16 by 16; the word beside says the same. */
const icons = {
  good: html`<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/><path d="M4.7 8.3l2.3 2.3 4.3-4.9"/></svg>`,
  bad: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"/></svg>`,
  over: html``,
};
