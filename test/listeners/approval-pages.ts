import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ActionExecution } from '../../functions/domain/action.ts';
import type { Run } from '../../functions/domain/run.ts';
import { donePage, type Review, reviewPage, tooLatePage } from '../../functions/listeners/approval-page.ts';
import { refusedPage, unsignedPage } from '../../functions/listeners/approval-refusal.ts';
import { anAction, aRun } from '../domain/given.ts';

export const now = Date.UTC(2026, 10, 21, 7, 52);
export const deadline = Date.UTC(2026, 10, 28, 7, 52);
export const nonce = { issued: String(now), nonce: 'signed' };
export const address = '/approvals/web/Ship/Ask?run=r&token=t&expires=1&signature=s';

const revision = {
  actionName: 'Fetch',
  artifactName: 'SourceOutput',
  revisionId: '8f14e45fceea167a5a36dedd4bea2543a1b2c3d4',
  revisionUrl: 'https://git.example/sample/web/commit/8f14e45f',
  author: 'Jo Doe <jo@example.com>',
  created: Date.UTC(2026, 8, 1, 6, 5),
  revisionSummary: 'Say hello\n\nin a friendlier way',
};

export function anApproval(more: Partial<ActionExecution> = {}): ActionExecution {
  const resolvedConfiguration = { CustomData: 'Look at the banner', ExternalEntityLink: 'https://staging.example/' };
  return anAction({ deadline, startTime: now, lastUpdateTime: now, resolvedConfiguration, ...more });
}

/** The approvals that are decided, and what else can become of one. */
export const approved = anApproval({ status: 'Succeeded', updatedBy: 'email-link', summary: 'Seen.' });
export const rejected = anApproval({ status: 'Failed', updatedBy: 'arn:aws:iam::111122223333:user/jo' });
export const expired = anApproval({ status: 'TimedOut' });
export const abandoned = anApproval({ status: 'Abandoned' });

export function aReview(approval: ActionExecution, run: Partial<Run> = {}, more: Partial<Review> = {}): Review {
  return {
    approval,
    run: aRun({ sourceRevisions: [revision], ...run }),
    artifacts: [
      { name: 'SourceOutput', bucket: 'artifacts', key: 'web/SourceOutp/a.zip', sha256: 'e3b0c442'.repeat(8) },
      { name: 'Site', bucket: 'artifacts', key: 'web/Site/b.zip', versionId: '3HL4kqtJlcpXroDTDmJ' },
    ],
    before: { run: 'earlier', at: now - 86_400_000, revisions: [{ ...revision, revisionId: '1111e45fceea' }] },
    ...more,
  };
}

/** A review whose every text is long and has no place to break. */
function unbroken(): Review {
  const name = 'x'.repeat(100);
  const configuration = { CustomData: name.repeat(10), ExternalEntityLink: `https://staging.example/${name}` };
  const approval = anApproval({ pipelineName: name, stage: name, action: name, resolvedConfiguration: configuration });
  const source = { ...revision, actionName: name, revisionId: name, author: name, revisionSummary: name.repeat(5) };
  return aReview(approval, { sourceRevisions: [source] }, { artifacts: [{ name, bucket: name, key: name }] });
}

/** Every page that an approval link can answer. */
export function allPages(): ReadonlyMap<string, () => APIGatewayProxyStructuredResultV2> {
  const name = 'x'.repeat(100);
  return new Map([
    ['open', () => reviewPage(aReview(anApproval()), nonce, now)],
    ['needs-sign-in', () => reviewPage(aReview(anApproval()), undefined, now)],
    ['unbroken', () => reviewPage(unbroken(), nonce, now)],
    ['approved', () => reviewPage(aReview(approved), nonce, now)],
    ['rejected', () => reviewPage(aReview(rejected), nonce, now)],
    ['expired', () => reviewPage(aReview(expired), nonce, now)],
    ['superseded', () => reviewPage(aReview(abandoned, { status: 'Superseded' }), nonce, now)],
    ['done-approved', () => donePage(approved, aRun(), address)],
    ['done-rejected', () => donePage(rejected, aRun(), address)],
    ['too-late', () => tooLatePage(approved, aRun(), address)],
    ['too-late-expired', () => tooLatePage(expired, aRun(), address)],
    ['unsigned', () => unsignedPage({ pipeline: 'web', stage: 'Ship', action: 'Ask' }, true)],
    ['unsigned-unbroken', () => unsignedPage({ pipeline: name, stage: name, action: name }, true)],
    ['refused', () => refusedPage(403, 'Decide again', 'Nothing was decided.', address)],
  ]);
}
