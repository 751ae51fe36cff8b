import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { LastApproved } from '../aws/last-approved.ts';
import type { ActionExecution, Artifact } from '../domain/action.ts';
import { isDone } from '../domain/action.ts';
import type { Run, SourceRevision } from '../domain/run.ts';
import { type Html, html, page } from '../lambda/html.ts';
import { iso } from '../lambda/iso.ts';

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
  const { approval } = review;
  const open = !isDone(approval.status) && now < approval.deadline;
  const title = open ? `Approve ${approval.pipelineName}?` : `${approval.pipelineName}: ${verdict(approval, now)}`;
  const { CustomData, ExternalEntityLink } = approval.resolvedConfiguration ?? {};
  return page(
    200,
    title,
    html`<h1>${title}</h1>
<p class="lead">Action ${approval.action} in stage ${approval.stage}, run <code>${review.run.id}</code></p>
${open ? '' : closed(approval, now)}
${CustomData === undefined ? '' : html`<div class="card"><p>${CustomData}</p></div>`}
${ExternalEntityLink === undefined ? '' : html`<p>To look at: ${link(ExternalEntityLink)}</p>`}
${revisions(review)}
${artifacts(review.artifacts)}
${open ? (nonce ? form(approval, nonce) : signIn(approval)) : ''}`,
  );
}

/** What a decision came to. */
export function donePage(approval: ActionExecution, verb: 'Approved' | 'Rejected'): APIGatewayProxyStructuredResultV2 {
  const then = verb === 'Approved' ? 'The run goes on.' : 'The run ends here as failed.';
  return page(
    200,
    `${verb}: ${approval.pipelineName}`,
    html`<h1>${verb}</h1><p>Action ${approval.action} of ${approval.pipelineName}. ${then}</p>`,
  );
}

/** A page that says why not. */
export function refusedPage(statusCode: number, title: string, why: string): APIGatewayProxyStructuredResultV2 {
  return page(statusCode, title, html`<h1>${title}</h1><p>${why}</p>`);
}

function revisions({ run, before }: Review): Html {
  return html`<h2>What is to be approved</h2>${run.sourceRevisions.map((revision) => card(revision, before))}`;
}

function card(revision: SourceRevision, before: LastApproved | undefined): Html {
  const last = before?.revisions.find(({ actionName }) => actionName === revision.actionName);
  return html`<div class="card"><dl>
<dt>Source</dt><dd>${revision.actionName}</dd>
<dt>Commit</dt><dd><code>${revision.revisionUrl === undefined ? revision.revisionId : link(revision.revisionUrl, revision.revisionId)}</code></dd>
${revision.author === undefined ? '' : html`<dt>Author</dt><dd>${revision.author}</dd>`}
${revision.created === undefined ? '' : html`<dt>Date</dt><dd>${iso(revision.created)}</dd>`}
${revision.revisionSummary === undefined ? '' : html`<dt>Message</dt><dd>${revision.revisionSummary}</dd>`}
<dt>Approved before</dt><dd>${last ? html`<code>${last.revisionId}</code> on ${iso(before?.at ?? 0)}${last.revisionId === revision.revisionId ? ': the same commit' : ''}` : 'Nothing: this is the first approval here.'}</dd>
</dl></div>`;
}

function artifacts(list: readonly Artifact[]): Html {
  if (list.length === 0) return html``;
  return html`<h2>Artifacts of this run</h2><div class="card"><dl>${list.map(
    ({ name, sha256, versionId, bucket, key }) =>
      html`<dt>${name}</dt><dd>${sha256 === undefined ? html`version <code>${versionId ?? ''}</code> of <code>s3://${bucket}/${key}</code>` : html`SHA-256 <code>${sha256}</code>`}</dd>`,
  )}</dl></div>`;
}

function form(approval: ActionExecution, { issued, nonce }: Nonce): Html {
  return html`<h2>Your decision</h2>
<form method="post" class="card">
<input type="hidden" name="issued" value="${issued}"><input type="hidden" name="nonce" value="${nonce}">
<label for="summary">Comment (optional)</label>
<textarea id="summary" name="summary" maxlength="512"></textarea>
<div class="choices">
<button class="approve" name="status" value="Approved">Approve</button>
<button class="reject" name="status" value="Rejected">Reject</button>
</div>
<p class="lead">Expires ${iso(approval.deadline)}.</p>
</form>`;
}

function signIn({ pipelineName, stage, action }: ActionExecution): Html {
  return html`<h2>Your decision</h2><div class="card"><p>This link shows, and does not decide. Answer with your own credentials: take the token of action ${action} in stage ${stage} from</p>
<pre><code>aws codepipeline get-pipeline-state --name ${pipelineName}</code></pre>
<p>and give it to <code>aws codepipeline put-approval-result</code>.</p></div>`;
}

function closed(approval: ActionExecution, now: number): Html {
  const by = approval.updatedBy === undefined ? '' : ` by ${approval.updatedBy}`;
  const at = isDone(approval.status) ? iso(approval.lastUpdateTime) : iso(approval.deadline);
  return html`<div class="card"><p>${verdict(approval, now)}${by} on ${at}. Nothing is left to decide.</p>${approval.summary === undefined ? '' : html`<p>${approval.summary}</p>`}</div>`;
}

function verdict({ status, deadline }: ActionExecution, now: number): string {
  switch (status) {
    case 'Succeeded':
      return 'Approved';
    case 'Failed':
      return 'Rejected';
    case 'TimedOut':
      return 'Expired';
    case 'Abandoned':
    case 'StartOutcomeUnknown':
      return 'The run is over';
    case 'Pending':
    case 'Starting':
    case 'Running':
      return now >= deadline ? 'Expired' : 'Open';
  }
}

/** A link only where it is http or https; any other address is shown as text. */
function link(address: string, text = address): Html {
  return /^https?:\/\//i.test(address)
    ? html`<a href="${address}" rel="noreferrer noopener">${text}</a>`
    : html`${text}`;
}
