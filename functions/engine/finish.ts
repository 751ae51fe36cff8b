import { actionRecordKey } from '../aws/action-record.ts';
import { askActionFunction } from '../aws/functions.ts';
import { timeOutJob } from '../aws/job-record.ts';
import { sendToken, startExecution } from '../aws/machine.ts';
import { untilOld } from '../aws/old-artifacts.ts';
import { runKey } from '../aws/run-record.ts';
import { type InIndex, type Key, update } from '../aws/table.ts';
import { type ActionExecution, isDone, isLeftBehind } from '../domain/action.ts';
import { carrier } from '../domain/action-types.ts';
import { isFinal, type Run } from '../domain/run.ts';
import { mailApproval, needsMail } from './approval-mail.ts';

/** A record with the revision under which it was seen. */
interface Seen {
  readonly rev: number;
}

/**
 * Does again what a handler may not have lived to do after it saved a run. `before`: the run before that, whose end was not told
 * yet. A run that ended leaves the open work: its end has been told.
 */
export async function finishRun(run: Run, before: Run | undefined, { rev }: Seen): Promise<void> {
  if (isFinal(run.status)) {
    if (before && isFinal(before.status)) return;
    if (run.token) await sendToken(run.token.value, { next: 'Decide' });
    return leaveOpenWork(runKey(run.pipelineId, run.id), rev, untilOld(run));
  }
  if (run.execution !== before?.execution) await startExecution(run);
  if (run.token && run.place === 'inside') await sendToken(run.token.value, { next: 'Decide' });
}

/** The same for an action. */
export async function finishAction(
  action: ActionExecution,
  before: ActionExecution | undefined,
  region: string,
  { rev }: Seen,
): Promise<void> {
  if (needsMail(action)) return mailApproval(action, region);
  if (!isDone(action.status) || (before && isDone(before.status))) return;
  if (action.token) await sendToken(action.token.value);
  if (action.job !== undefined) await timeOutJob(action.job);
  if (isLeftBehind(action)) {
    await askActionFunction(carrier(action.type).class, { cancel: action.key });
  }
  await leaveOpenWork(actionRecordKey(action.key), rev);
}

/** Nothing is left to do about a record: it leaves the index, or goes to another place in it. A record that has changed since is seen again. */
async function leaveOpenWork(key: Key, rev: number, next?: InIndex): Promise<void> {
  await update(key, {
    UpdateExpression: next
      ? 'SET #open = :open, nextCheckAt = :next REMOVE #token'
      : 'REMOVE #open, nextCheckAt, #token',
    ConditionExpression: 'rev = :rev AND attribute_exists(#open)',
    ExpressionAttributeNames: { '#open': 'open', '#token': 'token' },
    ExpressionAttributeValues: { ':rev': rev, ...(next ? { ':open': next.open, ':next': next.nextCheckAt } : {}) },
  });
}
