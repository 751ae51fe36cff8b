import { type ActionKind, actionFrom, listActions } from '../aws/action-record.ts';
import { listApproved } from '../aws/last-approved.ts';
import { giveUpArtifacts, isOld, leaveIndex } from '../aws/old-artifacts.ts';
import { inOwnBucket, removeVersions } from '../aws/own-bucket.ts';
import { pipelineUnchanged, readPipeline } from '../aws/pipeline-record.ts';
import { lastGood, readRun, readRuns } from '../aws/run-record.ts';
import { Changed, type Key, write } from '../aws/table.ts';
import { type Needs, needsArtifacts, standingRollbacks } from '../domain/needed-artifacts.ts';

/** Where a run is. */
export interface Place {
  readonly pipelineId: string;
  readonly run: string;
}

/**
 * Removes what a run that is over has left in Sluice's own bucket, unless somebody may still come for it. That nobody does is written
 * first, in one transaction with what it was judged by; so nobody rolls back to the run after that, and whoever finds it half removed removes
 * the rest. Answers whether it was removed.
 */
export async function cleanUp({ pipelineId, run: id }: Place, now: number): Promise<boolean> {
  const found = await readRun(pipelineId, id);
  if (!found) return false;
  const { run, rev } = found;
  if (run.artifactsRemovedAt === undefined) {
    if (!isOld(run, now)) return false;
    const { needs, unchanged } = await needsOf(pipelineId);
    if (needsArtifacts(run, needs)) return false;
    try {
      await write([giveUpArtifacts(run, rev, now), ...unchanged]);
    } catch (error) {
      if (error instanceof Changed) return false;
      throw error;
    }
  }
  for await (const versions of versionsOf(pipelineId, id)) await removeVersions(versions);
  await leaveIndex(pipelineId, id);
  return true;
}

async function needsOf(pipelineId: string): Promise<{ readonly needs: Needs; readonly unchanged: readonly Check[] }> {
  const record = await readPipeline(pipelineId);
  if (!record) return { needs: { pipeline: undefined, lastGood: [], approved: [], targets: [] }, unchanged: [] };
  const { pipeline, rev } = record;
  const [good, approved, rollbacks] = await Promise.all([
    Promise.all(pipeline.gates.map(({ stage }) => lastGood(pipelineId, stage))),
    listApproved(pipelineId),
    readRuns(pipelineId, standingRollbacks(pipeline)),
  ]);
  const targets = rollbacks.flatMap(({ run }) => (run.rollback ? [run.rollback.target] : []));
  const needs = { pipeline, lastGood: good.flatMap((run) => run ?? []), approved, targets };
  return { needs, unchanged: [pipelineUnchanged(pipelineId, rev)] };
}

type Check = ReturnType<typeof pipelineUnchanged>;

/** What the actions and rules of a run wrote, page by page: their outputs, and the copies that were made for them. What others wrote is not theirs. */
async function* versionsOf(pipelineId: string, run: string) {
  for (const kind of ['ACTION', 'RULE'] as const) yield* versionsBy(kind, pipelineId, run);
}

async function* versionsBy(kind: ActionKind, pipelineId: string, run: string) {
  let after: Key | undefined;
  do {
    const { items, next } = await listActions(pipelineId, { kind, run }, 100, after);
    yield items
      .map((item) => actionFrom(item).action)
      .flatMap(({ inputs = [], outputs = [] }) => [...outputs, ...inputs.filter(({ copied }) => copied)])
      .flatMap(inOwnBucket);
    after = next;
  } while (after);
}
