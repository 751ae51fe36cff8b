import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { LastApproved } from '../aws/last-approved.ts';
import type { ActionExecution, Artifact } from '../domain/action.ts';
import type { Run, SourceRevision } from '../domain/run.ts';
import { encoded, type Html, html, page } from '../lambda/html.ts';
import { moment } from '../lambda/moment.ts';
import { isOpen, outcomeCard, outcomeOf } from './approval-outcome.ts';
import { commands } from './approval-refusal.ts';

/** What a reviewer is shown. */
export interface Review {
  readonly approval: ActionExecution;
  readonly run: Run;
  readonly artifacts: readonly Artifact[];
  readonly before: LastApproved | undefined;
}

/** Hidden fields that a decision must carry. */
export interface Nonce {
  readonly issued: string;
  readonly nonce: string;
}

/** The page of an approval. With a nonce the link decides; without, the page says how to decide otherwise. */
export function reviewPage(review: Review, nonce: Nonce | undefined, now: number): APIGatewayProxyStructuredResultV2 {
  return isOpen(review.approval, now) ? openPage(review, nonce) : closedPage(review);
}

function openPage({ approval, run, artifacts, before }: Review, nonce: Nonce | undefined) {
  const title = `Approve ${approval.pipelineName}?`;
  return page(
    200,
    title,
    html`<h1>${title}</h1>
${place(approval, run)}
<p class="lead">Open until ${moment(approval.deadline)}</p>
${request(approval)}
${section(
  'subject',
  'What is to be approved',
  revisions(run, (revision) => approvedBefore(revision, before)),
)}
${artifactsSection(artifacts)}
${section('decision', 'Your decision', nonce ? form(nonce) : signIn(approval))}`,
  );
}

function closedPage({ approval, run, artifacts }: Review) {
  const outcome = outcomeOf(approval, run);
  const title = `${approval.pipelineName}: ${outcome.word}`;
  return page(
    200,
    title,
    html`<h1>${title}</h1>
${place(approval, run)}
${outcomeCard(approval, outcome)}
${request(approval)}
${section('subject', outcome.why ? 'What was to be approved' : 'What was decided', revisions(run))}
${artifactsSection(artifacts)}`,
  );
}

/** What a decision came to; `address`: the page that shows what it was about. */
export function donePage(approval: ActionExecution, run: Run, address: string): APIGatewayProxyStructuredResultV2 {
  const outcome = outcomeOf(approval, run);
  const then = outcome.tone === 'good' ? 'The run goes on.' : 'The run ends here as failed.';
  return answeredPage(200, `${outcome.word}: ${approval.pipelineName}`, {
    heading: outcome.word,
    lead: then,
    approval,
    run,
    address,
  });
}

/** A decision that came too late: nothing was changed by it, and this is what became of the approval. */
export function tooLatePage(approval: ActionExecution, run: Run, address: string): APIGatewayProxyStructuredResultV2 {
  const { why } = outcomeOf(approval, run);
  const heading = why ? 'Nothing to decide' : 'Already decided';
  const lead = why
    ? 'Your answer came too late and changed nothing.'
    : 'An answer came before yours. Yours changed nothing.';
  return answeredPage(409, `${heading}: ${approval.pipelineName}`, { heading, lead, approval, run, address });
}

interface Answered {
  readonly heading: string;
  readonly lead: string;
  readonly approval: ActionExecution;
  readonly run: Run;
  readonly address: string;
}

function answeredPage(statusCode: number, title: string, { heading, lead, approval, run, address }: Answered) {
  const outcome = outcomeOf(approval, run);
  return page(
    statusCode,
    title,
    html`<h1>${heading}</h1>
<p class="lead">Action ${approval.action} in stage ${approval.stage} of ${approval.pipelineName}. ${lead}</p>
${outcomeCard(approval, outcome)}
<p class="after"><a href="${address}">${outcome.why ? 'See what was to be approved' : 'See what was decided'}</a></p>`,
  );
}

function place({ action, stage }: ActionExecution, { id }: Run): Html {
  return html`<p class="lead">Action ${action} in stage ${stage}, run <code>${id}</code></p>`;
}

function section(id: string, title: string, content: Html): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}
</section>`;
}

/** What the pipeline's author has to say to reviewers. */
function request({ resolvedConfiguration }: ActionExecution): Html {
  const { CustomData: text, ExternalEntityLink: address } = resolvedConfiguration ?? {};
  if (text === undefined && address === undefined) return html``;
  return section(
    'request',
    'For the reviewer',
    html`<div class="card">${text === undefined ? undefined : html`<p class="said">${text}</p>`}${
      address === undefined ? undefined : html`<dl><dt>To look at</dt><dd>${link(address)}</dd></dl>`
    }</div>`,
  );
}

function revisions({ sourceRevisions }: Run, more?: (revision: SourceRevision) => Html): Html {
  if (sourceRevisions.length === 0) return html`<div class="card"><p>This run has no source revision.</p></div>`;
  return html`${sourceRevisions.map(
    (revision) => html`<div class="card"><dl>
<dt>Source</dt><dd>${revision.actionName}</dd>
<dt>Revision</dt><dd>${revisionId(revision)}</dd>
${revision.author === undefined ? undefined : html`<dt>Author</dt><dd>${revision.author}</dd>`}
${revision.created === undefined ? undefined : html`<dt>Date</dt><dd>${moment(revision.created)}</dd>`}
${revision.revisionSummary === undefined ? undefined : html`<dt>Message</dt><dd class="said">${revision.revisionSummary}</dd>`}
${more?.(revision)}
</dl></div>`,
  )}`;
}

function approvedBefore({ actionName, revisionId: id }: SourceRevision, before: LastApproved | undefined): Html {
  const last = before?.revisions.find((each) => each.actionName === actionName);
  if (!before || !last) return html`<dt>Approved before</dt><dd>Nothing: this is the first approval here.</dd>`;
  const same = last.revisionId === id ? ': the same revision' : '';
  return html`<dt>Approved before</dt><dd>${revisionId(last)}<br>on ${moment(before.at)}${same}</dd>`;
}

function revisionId({ revisionId: id, revisionUrl }: SourceRevision): Html {
  return html`<code>${revisionUrl === undefined ? id : link(revisionUrl, id)}</code>`;
}

function artifactsSection(list: readonly Artifact[]): Html {
  if (list.length === 0) return html``;
  const rows = list.map(
    ({ name, sha256, versionId, bucket, key }) =>
      html`<dt>${name}</dt><dd>${sha256 === undefined ? html`version <code>${versionId}</code> of <code>s3://${bucket}/${key}</code>` : html`SHA-256 <code class="digest">${sha256}</code>`}</dd>`,
  );
  return section('artifacts', 'Artifacts of this run', html`<div class="card"><dl>${rows}</dl></div>`);
}

function form({ issued, nonce }: Nonce): Html {
  return html`<form method="post" class="card">
<input type="hidden" name="issued" value="${issued}"><input type="hidden" name="nonce" value="${nonce}">
<label for="summary">Comment <span>(optional)</span></label>
<textarea id="summary" name="summary" maxlength="512"></textarea>
<div class="choices">
<button class="approve" name="status" value="Approved">Approve</button>
<button class="reject" name="status" value="Rejected">Reject</button>
</div>
<p>The decision is final. It is recorded as made by the link of the mail.</p>
</form>`;
}

function signIn({ pipelineName, stage, action }: ActionExecution): Html {
  return html`<div class="card"><p>This link shows, and does not decide. Decide with your own credentials.</p>${commands({ pipeline: pipelineName, stage, action })}</div>`;
}

/** A link only where it is http or https; any other address is shown as text. */
function link(address: string, text = address): Html {
  return /^https?:\/\//i.test(address)
    ? html`<a href="${encoded(address)}" rel="noreferrer noopener">${text}</a>`
    : html`${text}`;
}
