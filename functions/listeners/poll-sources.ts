import { keepDecisions, putDecision } from '../aws/decision-record.ts';
import { askNewest } from '../aws/functions.ts';
import { readSummary } from '../aws/pipeline-record.ts';
import { duePolls, type Looked, noteLook, type PollRecord } from '../aws/poll-record.ts';
import type { Decision } from '../domain/decision.ts';
import { isIdle, mayFetch } from '../domain/polled-source.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Run } from '../domain/run.ts';
import { pinnedBy, placeOf } from '../domain/source-event.ts';
import { hasRevision, newestRuns } from '../engine/known-revision.ts';
import { type Given, timeOrderedId } from '../lambda/given.ts';
import { logger } from '../lambda/logger.ts';
import { startRecorded, sweeperAsker } from './recorded-start.ts';

const atOnce = 50;
const reserveMillis = 30_000;

/** What a part of a sweep did. */
export interface Swept {
  readonly looked: number;
  readonly failed: number;
}

/**
 * Polls the source actions that are due: a version that no run has had starts one, in the same transaction by which a second sweeper finds
 * that run. After 30 days without a run of its pipeline an action is polled no more.
 */
export async function pollSources(given: Given): Promise<Swept> {
  const records = await duePolls(given.now);
  let looked = 0;
  let failed = 0;
  for (let start = 0; start < records.length && given.remainingMillis() > reserveMillis; start += atOnce) {
    const batch = records.slice(start, start + atOnce);
    const answers = await askNewest({
      newest: batch.map(({ pipelineName, ...each }) => ({ pipeline: pipelineName, ...each })),
    });
    const done = await Promise.allSettled(batch.map((record, index) => look(record, answers[index], given)));
    looked += batch.length;
    for (const [index, each] of done.entries()) {
      if (each.status === 'fulfilled') continue;
      failed++;
      const { pipelineName, action } = batch[index] ?? {};
      logger.error('A source could not be polled', { pipelineName, action, error: each.reason as Error });
    }
  }
  return { looked, failed };
}

async function look(
  record: PollRecord,
  answer: Awaited<ReturnType<typeof askNewest>>[number] | undefined,
  given: Given,
): Promise<void> {
  const idle = await idleness(record, given);
  if (idle.disabledAt !== undefined || answer === undefined || 'problem' in answer) {
    const { pipelineName, action } = record;
    if (answer && 'problem' in answer) logger.info('Poll', { pipelineName, action, problem: answer.problem });
    await noteLook(record, idle, given.now);
    return;
  }
  const { version } = answer;
  const found = version === record.seen ? {} : await take(record, version, given);
  await noteLook(record, { ...idle, ...found }, given.now);
}

/** The runs are asked for only when what is known of them is old. */
async function idleness({ pipelineId, enabledAt, activeAt = 0 }: PollRecord, { now }: Given): Promise<Looked> {
  if (!isIdle(Math.max(enabledAt, activeAt), now)) return {};
  const [newest] = await newestRuns(pipelineId);
  return newest && !isIdle(newest.startTime, now) ? { activeAt: newest.startTime } : { disabledAt: now };
}

/** Starts a run for a version, unless one has it, or is about to fetch what is newest: then nothing is known before it has. */
async function take(record: PollRecord, version: string, given: Given): Promise<Looked> {
  const { pipelineId, pipelineName, action } = record;
  const summary = await readSummary(pipelineName);
  if (summary?.id !== pipelineId) return {};
  const runs = await newestRuns(pipelineId);
  const had = runs.find((run) => hasRevision(run, action, version));
  const decision = decisionOn(record, version, given);
  if (had) {
    if (!isOfPolling(had, version))
      await keepDecisions([{ ...decision, started: false, run: had.id, why: 'this run has the version already' }]);
    return { seen: version };
  }
  if (runs.some((run) => mayFetch(run, action))) return {};
  try {
    await start(record, version, { isParallel: summary.executionMode === 'PARALLEL', decision }, given);
    return { seen: version };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = `${version} ${error.message}`;
    if (refused !== record.refused) await keepDecisions([{ ...decision, started: false, why: error.message }]);
    return { refused };
  }
}

async function start(
  record: PollRecord,
  version: string,
  { isParallel, decision }: { readonly isParallel: boolean; readonly decision: Omit<Decision, 'started' | 'why'> },
  given: Given,
): Promise<void> {
  const { pipelineName, action, bucket, key } = record;
  const id = timeOrderedId(given.now);
  const why = `polling found a version of '${action}' that no run has had`;
  const change = { type: 'Object', bucket, key, revision: version } as const;
  await startRecorded(
    {
      id,
      asker: sweeperAsker(id),
      told: { action, revision: version },
      start: {
        pipelineName,
        trigger: { type: 'PollForSourceChanges', detail: action, revision: version },
        variables: [],
        sourceOverrides: pinnedBy(change, [{ name: action }], isParallel),
        token: `poll ${action} ${version}`,
        unless: async (pipelineId) =>
          (await newestRuns(pipelineId)).find((run) => hasRevision(run, action, version))?.id,
        also: [putDecision({ ...decision, started: true, run: id, why })],
      },
    },
    given,
  );
}

function isOfPolling({ trigger }: Run, version: string): boolean {
  return trigger.type === 'PollForSourceChanges' && trigger.revision === version;
}

function decisionOn(
  { pipelineName, action, bucket, key }: PollRecord,
  revision: string,
  { now }: Given,
): Omit<Decision, 'started' | 'why'> {
  const place = placeOf({ type: 'Object', bucket, key });
  return {
    id: timeOrderedId(now),
    at: now,
    revision,
    by: 'polling',
    place,
    event: 'a new version',
    pipelineName,
    action,
  };
}
