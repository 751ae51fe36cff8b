import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { actionFrom, listActions } from '../aws/action-record.ts';
import { readLastApproved } from '../aws/last-approved.ts';
import { readSummary } from '../aws/pipeline-record.ts';
import { readRun } from '../aws/run-record.ts';
import { type ActionExecution, type Artifact, runOf } from '../domain/action.ts';
import { Refusal } from '../domain/refusal.ts';
import { type ReviewLink, signedText } from '../domain/review-link.ts';
import { answerApproval, findApproval } from '../engine/answer-approval.ts';
import { isOurs, signature } from '../engine/review-link.ts';
import type { Given } from '../lambda/given.ts';
import { http, rawBody } from '../lambda/http.ts';
import { donePage, type Nonce, type Review, refusedPage, reviewPage } from './approval-page.ts';

/** What a link does: it decides, it shows only (deciding needs credentials), or there are no links. */
const mode = process.env['APPROVAL_LINK'] ?? 'decides';
const nonceLifetime = 60 * 60_000;
const artifactsShown = 100;

/** ANY /approvals/{pipeline}/{stage}/{action}: the link of the approval mail. GET and HEAD change nothing; only a POST with a nonce decides. */
export const handler = http('Approval link', async (event, given) => {
  const { method } = event.requestContext.http;
  if (mode === 'off') return refusedPage(404, 'Not found', 'Approval links are switched off here.');
  if (!['GET', 'HEAD', 'POST'].includes(method))
    return refusedPage(405, 'Not allowed', `${method} is not allowed here.`);
  const link = linkOf(event);
  if (!(await isOurs(signedText(link), event.queryStringParameters?.['signature'] ?? ''))) {
    return refusedPage(
      403,
      'Not a valid link',
      'This address is not the link of an approval mail. Copy the whole link from the mail.',
    );
  }
  const summary = await readSummary(link.pipeline);
  if (!summary) return refusedPage(404, 'Not found', `There is no pipeline ${link.pipeline} any more.`);
  try {
    const approval = await findApproval(summary.id, link.token, link);
    return method === 'POST'
      ? await decided(event, summary.id, link, approval, given)
      : await shown(summary.id, link, approval, given);
  } catch (error) {
    if (error instanceof Refusal) return refusedPage(409, 'Nothing to decide', error.message);
    throw error;
  }
});

function linkOf({ pathParameters, queryStringParameters: query }: APIGatewayProxyEventV2): ReviewLink {
  return {
    pipeline: pathParameters?.['pipeline'] ?? '',
    stage: pathParameters?.['stage'] ?? '',
    action: pathParameters?.['action'] ?? '',
    run: query?.['run'] ?? '',
    token: query?.['token'] ?? '',
    expires: exactNumber(query?.['expires'] ?? ''),
  };
}

/** A number written in the one way in which we write it; NaN for any other text. */
function exactNumber(text: string): number {
  const number = Number(text);
  return String(number) === text ? number : Number.NaN;
}

async function shown(
  pipelineId: string,
  link: ReviewLink,
  approval: ActionExecution,
  { now }: Given,
): Promise<APIGatewayProxyStructuredResultV2> {
  const nonce = mode === 'decides' ? await nonceOf(link, now) : undefined;
  return reviewPage(await reviewOf(pipelineId, approval), nonce, now);
}

async function decided(
  event: APIGatewayProxyEventV2,
  pipelineId: string,
  link: ReviewLink,
  approval: ActionExecution,
  { now }: Given,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (mode !== 'decides') return refusedPage(403, 'This link does not decide', 'Answer with your own credentials.');
  const form = new URLSearchParams(rawBody(event).toString('utf8'));
  const status = form.get('status');
  if (status !== 'Approved' && status !== 'Rejected')
    return refusedPage(400, 'No decision', 'Choose Approve or Reject.');
  const issued = form.get('issued') ?? '';
  const fresh = now - Number(issued) < nonceLifetime && Number(issued) <= now;
  if (!fresh || !(await isOurs(nonceText(link, issued), form.get('nonce') ?? ''))) {
    return refusedPage(
      403,
      'Open the link again',
      'The page was open for too long, or the decision did not come from it. Open the link from the mail and decide again.',
    );
  }
  const summary = (form.get('summary') ?? '').slice(0, 512);
  await answerApproval(pipelineId, link, { token: link.token, status, summary, by: 'email-link' }, now);
  return donePage(approval, status);
}

async function reviewOf(pipelineId: string, approval: ActionExecution): Promise<Review> {
  const { run: runId } = runOf(approval.key);
  const [found, actions, before] = await Promise.all([
    readRun(pipelineId, runId),
    listActions(pipelineId, { run: runId }, artifactsShown),
    readLastApproved(pipelineId, approval),
  ]);
  if (!found) throw new Error(`There is no run ${runId}.`);
  const artifacts: readonly Artifact[] = actions.items
    .flatMap((item) => actionFrom(item).action.outputs ?? [])
    .reverse();
  return { approval, run: found.run, artifacts, before };
}

async function nonceOf(link: ReviewLink, now: number): Promise<Nonce> {
  const issued = String(now);
  return { issued, nonce: await signature(nonceText(link, issued)) };
}

function nonceText(link: ReviewLink, issued: string): string {
  return `nonce\n${signedText(link)}\n${issued}`;
}
