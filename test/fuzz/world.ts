import type { Write } from '../../functions/aws/table.ts';
import { type FrontDoor, openFrontDoor } from '../conformance/front-door.ts';
import { writeHistory } from '../conformance/history.ts';
import { call, declaration } from '../conformance/sample.ts';
import { approval, branch, connection, pipelineNames, repository } from './known.ts';

/** After so many requests the world is made anew: by then much of it was deleted, and the approval answered. */
export const worldLasts = 500;

/** The front door of a world with pipelines, their history, a connection that one follows, and an approval that waits. */
export async function openWorld(): Promise<FrontDoor> {
  const door = await openFrontDoor();
  await makeWorld(door);
  return door;
}

/** Makes the world, anew if it was there. */
export async function makeWorld(door: FrontDoor): Promise<void> {
  for (const name of pipelineNames) {
    await call(door, 'DeletePipeline', { name });
    await call(door, 'CreatePipeline', { pipeline: declaration(name) });
  }
  const { write } = await import('../../functions/aws/table.ts');
  const { readSummary } = await import('../../functions/aws/pipeline-record.ts');
  const { putFollower } = await import('../../functions/aws/connection-record.ts');
  const { id: pipelineId = '' } = (await readSummary(approval.pipeline)) ?? {};
  await writeHistory(pipelineId, approval.pipeline, [0, 1, 2, 3, 4]);
  const follower = { pipelineId, pipelineName: approval.pipeline, action: 'Fetch', branch };
  const arn = `arn:aws:codeconnections:eu-west-1:000000000000:connection/${connection}`;
  const record = { id: connection, arn, kind: 'GitHub', host: 'https://git.example.com', webhookSecret: 'webhook' };
  await write([
    putFollower(connection, repository, follower, Date.now()),
    { put: { pk: `CONNECTION#${connection}`, sk: 'CONNECTION', ...record } },
    ...(await waitingApproval(pipelineId)),
  ]);
}

async function waitingApproval(pipelineId: string): Promise<readonly Write[]> {
  const { putAction, putApprovalToken, readAction } = await import('../../functions/aws/action-record.ts');
  const found = await readAction(`${pipelineId}/${approval.run}/01.000.001.00`);
  if (!found) throw new Error('The history has no approval.');
  const { token: approvalToken, expires: deadline } = approval;
  const waiting = { ...found.action, status: 'Running' as const, approvalToken, deadline };
  return [putAction(waiting, found.rev), putApprovalToken(approvalToken, waiting)];
}
