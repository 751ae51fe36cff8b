import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { actionFrom, listActions } from '../aws/action-record.ts';
import { readLastApproved } from '../aws/last-approved.ts';
import { readSummary } from '../aws/pipeline-record.ts';
import { readRun } from '../aws/run-record.ts';
import { type Artifact, runOf } from '../domain/action.ts';
import type { Call } from '../domain/audit.ts';
import { Refusal } from '../domain/refusal.ts';
import { type ReviewLink, reviewPath, signedText } from '../domain/review-link.ts';
import { answerApproval, findApproval } from '../engine/answer-approval.ts';
import { audited } from '../engine/audit.ts';
import { isOurs, linkMode, signature } from '../engine/review-link.ts';
import type { Given } from '../lambda/given.ts';
import { http, rawBody } from '../lambda/http.ts';
import { originOf } from '../lambda/origin.ts';
import { donePage, type Nonce, type Review, reviewPage, tooLatePage } from './approval-page.ts';
import { refusedPage, unsignedPage } from './approval-refusal.ts';

const nonceLifetime = 60 * 60_000;
const artifactsShown = 100;

/** ANY /approvals/{pipeline}/{stage}/{action}: the link of the approval mail. GET and HEAD change nothing; only a POST with a nonce decides. */
export const handler = http('Approval link', async (event, given) => {
  const { method } = event.requestContext.http;
  if (linkMode === 'off')
    return refusedPage(
      404,
      'Not found',
      'Approval links are switched off here. Answer with your own credentials, by PutApprovalResult.',
    );
  if (!['GET', 'HEAD', 'POST'].includes(method))
    return refusedPage(405, 'Not allowed', `${method} is not allowed here.`);
  const link = linkOf(event);
  if (isUnsigned(event)) return unsignedPage(link, linkMode === 'decides');
  if (!(await isOurs(signedText(link), signatureOf(event)))) {
    return refusedPage(
      403,
      'Not a valid link',
      'This address is not the link of an approval mail: copy the whole link from the mail.',
    );
  }
  const summary = await readSummary(link.pipeline);
  if (!summary)
    return refusedPage(
      404,
      'Nothing to decide',
      `The pipeline ${link.pipeline} was deleted, and its approvals with it.`,
    );
  const found = await findReview(summary.id, link);
  if (!found) {
    return refusedPage(
      404,
      'Nothing to decide',
      'This approval is not kept any more: its pipeline was deleted and made anew, or its run is long over. An open approval has a mail of its own.',
    );
  }
  return method === 'POST'
    ? await decided(event, summary.id, link, given)
    : await shown(summary.id, link, found, given);
});

/** Whether an address has nothing of a link but the names: one that was cut short has more. */
function isUnsigned({ queryStringParameters: query }: APIGatewayProxyEventV2): boolean {
  return ['run', 'token', 'expires', 'signature'].every((name) => query?.[name] === undefined);
}

function signatureOf({ queryStringParameters: query }: APIGatewayProxyEventV2): string {
  return query?.['signature'] ?? '';
}

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

/** An approval and its run; undefined when they are not kept any more. */
async function findReview(pipelineId: string, link: ReviewLink): Promise<Pick<Review, 'approval' | 'run'> | undefined> {
  try {
    const approval = await findApproval(pipelineId, link.token, link);
    const found = await readRun(pipelineId, runOf(approval.key).run);
    return found && { approval, run: found.run };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function shown(
  pipelineId: string,
  link: ReviewLink,
  { approval, run }: Pick<Review, 'approval' | 'run'>,
  { now }: Given,
): Promise<APIGatewayProxyStructuredResultV2> {
  const [artifacts, before, nonce] = await Promise.all([
    artifactsOf(pipelineId, run.id),
    readLastApproved(pipelineId, approval),
    linkMode === 'decides' ? nonceOf(link, now) : undefined,
  ]);
  return reviewPage({ approval, run, artifacts, before }, nonce, now);
}

async function artifactsOf(pipelineId: string, run: string): Promise<readonly Artifact[]> {
  const { items } = await listActions(pipelineId, { run }, artifactsShown);
  return items.flatMap((item) => actionFrom(item).action.outputs ?? []).reverse();
}

async function decided(
  event: APIGatewayProxyEventV2,
  pipelineId: string,
  link: ReviewLink,
  { now }: Given,
): Promise<APIGatewayProxyStructuredResultV2> {
  const address = reviewPath(link, signatureOf(event));
  if (linkMode !== 'decides')
    return refusedPage(403, 'This link does not decide', 'Answer with your own credentials.', address);
  const form = new URLSearchParams(rawBody(event).toString('utf8'));
  const status = form.get('status');
  if (status !== 'Approved' && status !== 'Rejected')
    return refusedPage(400, 'No decision', 'Choose Approve or Reject.', address);
  const issued = form.get('issued') ?? '';
  const fresh = now - Number(issued) < nonceLifetime && Number(issued) <= now;
  if (!fresh || !(await isOurs(nonceText(link, issued), form.get('nonce') ?? ''))) {
    return refusedPage(
      403,
      'Decide again',
      'Nothing was decided: the page was open for over an hour, or the answer did not come from it.',
      address,
    );
  }
  const summary = (form.get('summary') ?? '').slice(0, 512);
  const by = 'email-link';
  const call: Call = {
    time: now,
    requestId: event.requestContext.requestId,
    caller: by,
    ...originOf(event),
    operation: 'PutApprovalResult',
    resource: `${link.pipeline}/${link.stage}/${link.action}`,
    input: { 'result.status': status, pipelineExecutionId: link.run },
  };
  const answer = () => answerApproval(pipelineId, link, { token: link.token, status, summary, by }, now);
  const taken = await isTaken(audited(call, answer, () => ({})));
  const found = await findReview(pipelineId, link);
  if (!found) throw new Error(`The approval of run ${link.run} went while it was decided.`);
  return (taken ? donePage : tooLatePage)(found.approval, found.run, address);
}

/** Whether an answer was taken, or refused. */
async function isTaken(answer: Promise<void>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

async function nonceOf(link: ReviewLink, now: number): Promise<Nonce> {
  const issued = String(now);
  return { issued, nonce: await signature(nonceText(link, issued)) };
}

function nonceText(link: ReviewLink, issued: string): string {
  return `nonce\n${signedText(link)}\n${issued}`;
}
