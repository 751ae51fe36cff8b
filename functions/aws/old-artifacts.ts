import type { Run } from '../domain/run.ts';
import { runKey } from './run-record.ts';
import { due, type InIndex, openIn, shardOf, unchanged, update, type Write } from './table.ts';

const day = 24 * 60 * 60_000;
/** Days for which artifacts are kept; 0: for good. */
const daysKept = Number(process.env['ARTIFACT_DAYS'] ?? 0);
const perPartition = 100;

/** The partitions of the index that hold runs which are over, until their artifacts are removed: no sweep of open work sees them. */
const partitions: readonly string[] = Array.from({ length: 8 }, (_, number) => `ARTIFACTS#${number}`);

/** Where a run that is over is in the index: due when its artifacts are old. Nowhere when they are kept for good. */
export function untilOld({ id, lastUpdateTime, artifactsRemovedAt }: Run): InIndex | undefined {
  if (daysKept === 0 || artifactsRemovedAt !== undefined) return undefined;
  return openIn(partitions[shardOf(id, partitions.length)] ?? '', lastUpdateTime + daysKept * day);
}

/** Whether a run ended as long ago as artifacts are kept by now: the parameter may have been another when it ended. */
export function isOld({ lastUpdateTime }: Run, now: number): boolean {
  return daysKept > 0 && now >= lastUpdateTime + daysKept * day;
}

/** Runs whose artifacts are old, those first that are so for longest. */
export async function* artifactsDue(
  now: number,
): AsyncGenerator<{ readonly pipelineId: string; readonly run: string }> {
  if (daysKept === 0) return;
  for (const partition of partitions)
    for (const { pk, sk } of await due(partition, now, perPartition))
      yield { pipelineId: pk, run: sk.slice('RUN#'.length) };
}

/** The write after which a run's artifacts may be removed: nobody comes for them any more. Throws `Changed` when the run is not as it was read. */
export function giveUpArtifacts({ pipelineId, id }: Run, rev: number, now: number): Write {
  return {
    update: runKey(pipelineId, id),
    expression: 'SET artifactsRemovedAt = :now, rev = rev + :one',
    values: { ':now': now, ':one': 1 },
    condition: unchanged(rev),
  };
}

/** The check that a run's artifacts are there for whoever comes for them. */
export function hasArtifacts({ pipelineId, id }: Run): Write {
  return {
    check: runKey(pipelineId, id),
    condition: { expression: 'attribute_exists(pk) AND attribute_not_exists(artifactsRemovedAt)' },
  };
}

/** A run has no artifacts any more: it leaves the index. */
export async function leaveIndex(pipelineId: string, run: string): Promise<void> {
  await update(runKey(pipelineId, run), {
    UpdateExpression: 'REMOVE #open, nextCheckAt',
    ConditionExpression: 'attribute_exists(artifactsRemovedAt)',
    ExpressionAttributeNames: { '#open': 'open' },
  });
}

/** A run's artifacts are still needed: they are looked at again a day later, unless the run goes on by then. */
export async function lookAtArtifactsLater(pipelineId: string, run: string, now: number): Promise<void> {
  await update(runKey(pipelineId, run), {
    UpdateExpression: 'SET nextCheckAt = :later',
    ConditionExpression: 'begins_with(#open, :partitions)',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':later': now + day, ':partitions': 'ARTIFACTS#' },
  });
}
