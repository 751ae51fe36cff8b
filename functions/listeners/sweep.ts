import { actionFrom } from '../aws/action-record.ts';
import { putEvents } from '../aws/bus.ts';
import { askActionFunction } from '../aws/functions.ts';
import { executionStatus, sendToken, startExecution } from '../aws/machine.ts';
import { readPipeline } from '../aws/pipeline-record.ts';
import { runFrom } from '../aws/run-record.ts';
import { due, type Key, openPartitions, read, update } from '../aws/table.ts';
import { type ActionExecution, canBeAsked, isDone, timedOut } from '../domain/action.ts';
import { carrier } from '../domain/action-types.ts';
import { isFinal, type Run } from '../domain/run.ts';
import { mailApproval, needsMail } from '../engine/approval-mail.ts';
import { closeRun } from '../engine/close-run.ts';
import { completeAction } from '../engine/complete-action.ts';
import { finishAction, finishRun } from '../engine/finish.ts';
import { actionEvents, runEvents } from '../engine/own-events.ts';
import type { Given } from '../lambda/given.ts';
import { logger } from '../lambda/logger.ts';
import { task } from '../lambda/task.ts';
import { compareHeads } from './compare-heads.ts';
import { pollSources, type Swept } from './poll-sources.ts';

const perPartition = 100;
const reserveMillis = 10_000;
const quarter = 15 * 60_000;
const minute = 60_000;
const deleted = 'The pipeline was deleted.';

/**
 * Sweep, every minute: finds what got lost. Reads only open work that is due, each record anew before it acts: sends tokens,
 * starts missing executions, closes runs whose execution is over, asks providers whose event is overdue, publishes ends. Then it looks at
 * sources for changes that nobody tells of.
 */
export const handler = task(
  'Sweep',
  () => ({}),
  async (_: object, given) => {
    const parts = [
      await mendOpenWork(given),
      await sparing('poll', pollSources, given),
      await sparing('compare', compareHeads, given),
    ];
    return {
      looked: parts.reduce((sum, { looked }) => sum + looked, 0),
      failed: parts.reduce((sum, { failed }) => sum + failed, 0),
    };
  },
);

async function mendOpenWork(given: Given): Promise<Swept> {
  let looked = 0;
  let failed = 0;
  for (const partition of openPartitions) {
    for (const key of await due(partition, given.now, perPartition)) {
      if (given.remainingMillis() < reserveMillis) return { looked, failed };
      looked++;
      try {
        await lookAt(key, given);
      } catch (error) {
        failed++;
        logger.error('Sweep could not mend a record', { key: key.sk, error: error as Error });
      }
    }
  }
  return { looked, failed };
}

/** What fails as a whole keeps no other part of the sweep from its work: it is due again in a minute. */
async function sparing(part: string, work: (given: Given) => Promise<Swept>, given: Given): Promise<Swept> {
  try {
    return await work(given);
  } catch (error) {
    logger.error('Sweep could not do a part of its work', { part, error: error as Error });
    return { looked: 0, failed: 1 };
  }
}

async function lookAt(key: Key, given: Given): Promise<void> {
  const item = await read(key);
  if (!item || !String(item['open']).startsWith('OPEN#')) return;
  const rev = Number(item['rev']);
  try {
    if (key.sk.startsWith('RUN#')) await mendRun(runFrom(item).run, rev, given);
    else await mendAction(actionFrom(item).action, rev, given);
  } finally {
    await lookLater(key, rev, Number(item['lastUpdateTime']), given.now);
  }
}

async function mendRun(run: Run, rev: number, given: Given): Promise<void> {
  if (isFinal(run.status)) {
    const before: Run = { ...run, status: 'InProgress' };
    await publishEnd(runEvents(before, run, given.home));
    return finishRun(run, before, { rev });
  }
  const pipeline = await readPipeline(run.pipelineId);
  if (pipeline?.pipeline.deleted) return closeRun(placeOf(run), { status: 'Cancelled', summary: deleted }, given);
  switch (await executionStatus(run)) {
    case 'Missing':
      return startExecution(run);
    case 'Ended':
      return closeRun(
        placeOf(run),
        { status: 'Failed', summary: 'The execution that carried the run has ended.' },
        given,
      );
    case 'Running':
      if (run.token && run.place === 'inside') await sendToken(run.token.value, { next: 'Decide' });
  }
}

async function mendAction(action: ActionExecution, rev: number, { now, home }: Given): Promise<void> {
  if (isDone(action.status)) {
    const before: ActionExecution = { ...action, status: 'Running' };
    await publishEnd(actionEvents(before, action, home));
    return finishAction(action, before, home.region, { rev });
  }
  if (needsMail(action)) return mailApproval(action, home.region);
  if (action.status !== 'Running') return;
  if (now >= action.deadline) {
    await completeAction(action.key, timedOut, now);
  } else if (canBeAsked(action)) {
    await askActionFunction(carrier(action.type).class, { lookAgain: action.key });
  }
}

async function publishEnd(events: Parameters<typeof putEvents>[0]): Promise<void> {
  if ((await putEvents(events)) < events.length) throw new Error('EventBridge did not take every event.');
}

function placeOf(run: Run): { pipelineId: string; run: string; execution: number } {
  return { pipelineId: run.pipelineId, run: run.id, execution: run.execution };
}

/** The longer nothing happens the later the next look: after a minute at first, every quarter of an hour at last. */
async function lookLater(key: Key, rev: number, lastUpdate: number, now: number): Promise<void> {
  const wait = Math.min(quarter, Math.max(minute, (now - lastUpdate) / 4));
  await update(key, {
    UpdateExpression: 'SET nextCheckAt = :next',
    ConditionExpression: 'rev = :rev AND begins_with(#open, :partitions)',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':next': Math.floor(now + wait), ':rev': rev, ':partitions': 'OPEN#' },
  });
}
