import { readAction, readApprovalToken } from '../aws/action-record.ts';
import { putLastApproved } from '../aws/last-approved.ts';
import { readRun } from '../aws/run-record.ts';
import type { Write } from '../aws/table.ts';
import { type ActionExecution, runOf } from '../domain/action.ts';
import { type Answer, answer, invalidToken } from '../domain/approval.ts';
import type { Refusal } from '../domain/refusal.ts';
import { completeAction } from './complete-action.ts';

/** Where an answer says its approval is. */
export interface ApprovalPlace {
  readonly stage: string;
  readonly action: string;
  /** Of a link: the run that it was made for. */
  readonly run?: string;
}

/** The open or closed approval of a token. Refuses a token that is not of this pipeline, stage, action and run. */
export async function findApproval(pipelineId: string, token: string, place: ApprovalPlace): Promise<ActionExecution> {
  const key = await readApprovalToken(pipelineId, token);
  const found = key === undefined ? undefined : await readAction(key);
  if (!found || found.action.stage !== place.stage || found.action.action !== place.action) throw invalidToken();
  if (place.run !== undefined && runOf(found.action.key).run !== place.run) throw invalidToken();
  return found.action;
}

/** Records a reviewer's answer and wakes the run that waits for it: one answer, whatever comes at once. */
export async function answerApproval(
  pipelineId: string,
  place: ApprovalPlace,
  given: Answer,
  now: number,
): Promise<void> {
  const { key } = await findApproval(pipelineId, given.token, place);
  let refusal: Refusal | undefined;
  const resultOf = (action: ActionExecution) => {
    const answered = answer(action, given, now);
    refusal = answered.refusal;
    return answered.result;
  };
  await completeAction(key, resultOf, now, {
    write: async (action) => (action.status === 'Succeeded' ? [await putApproved(action)] : []),
  });
  if (refusal) throw refusal;
}

/** Keeps what was approved: the next reviewer sees it. */
async function putApproved(action: ActionExecution): Promise<Write> {
  const { pipelineId, run } = runOf(action.key);
  const found = await readRun(pipelineId, run);
  return putLastApproved(pipelineId, action, {
    run,
    at: action.lastUpdateTime,
    revisions: found?.run.sourceRevisions ?? [],
  });
}
