import { putFollower, removeFollower } from '../../aws/connection-record.ts';
import { loadDefinition, storeDefinition } from '../../aws/definitions.ts';
import { usableTypes } from '../../aws/named-types.ts';
import { putPipeline, putSummary, putVersion, readPipeline, readSummary } from '../../aws/pipeline-record.ts';
import { poll, pollNoMore } from '../../aws/poll-record.ts';
import { endWaitingRun, enterRun } from '../../aws/run-record.ts';
import { mostWrites, untilUnchanged, type Write, write } from '../../aws/table.ts';
import type { PipelineDeclaration } from '../../domain/declaration.ts';
import { acceptDefinition, maskSecrets } from '../../domain/definition.ts';
import { followed } from '../../domain/followed-branch.ts';
import { pipelineNotFound } from '../../domain/not-found.ts';
import { renew } from '../../domain/pipeline.ts';
import { polled } from '../../domain/polled-source.ts';
import { Refusal } from '../../domain/refusal.ts';
import { wakeRun } from '../../engine/commit.ts';
import type { Home } from '../../lambda/given.ts';
import type { Operation } from '../operation.ts';

/**
 * UpdatePipeline: replaces the declaration by a new version. Waiting runs end here, those inside a stage when their actions are done; runs
 * of PARALLEL mode go on.
 */
export const updatePipeline: Operation<{ pipeline: PipelineDeclaration }> = async (input, given) => {
  const updated = await untilUnchanged(async () => {
    const summary = await readSummary(input.pipeline.name);
    if (!summary) throw await unknown(input.pipeline, given.home);
    const record = await readPipeline(summary.id);
    if (!record) throw new Error(`Pipeline ${summary.id} has no record.`);
    const before = await loadDefinition(summary.id, summary.version);
    const types = await usableTypes(input.pipeline);
    const definition = acceptDefinition({ ...input.pipeline, version: summary.version + 1 }, given.home, before, types);
    const { executionMode = 'SUPERSEDED', pipelineType = 'V1' } = definition;
    const stages = definition.stages.map(({ name }) => name);
    const { pipeline, cancelled, entered } = renew(record.pipeline, { executionMode, pipelineType }, stages, given.now);
    const version = await storeDefinition(summary.id, pipeline.version, definition);
    const next = {
      ...summary,
      version: pipeline.version,
      digest: version.digest,
      executionMode,
      pipelineType,
      updated: given.now,
    };
    const writes = [
      putSummary(next, summary),
      putPipeline(pipeline, record.rev),
      putVersion(summary.id, version),
      ...cancelled.map((run) => endWaitingRun(summary.id, run, 'Cancelled', given.now)),
      ...entered.map((run) => enterRun(summary.id, run, given.now)),
      ...follow(summary.id, before, definition, given.now),
      ...pollAnew(summary, before, definition, given.now),
    ];
    if (writes.length > mostWrites) throw tooMuch(writes.length);
    await write(writes);
    return { id: summary.id, moved: [...cancelled, ...entered], shown: maskSecrets(definition, types) };
  });
  await Promise.all(updated.moved.map((run) => wakeRun(updated.id, run)));
  return { pipeline: updated.shown };
};

/** No pipeline of this name; a definition that breaks a rule is told of first. Masked secrets may have been kept by the pipeline that is gone. */
async function unknown(definition: PipelineDeclaration, home: Home): Promise<Refusal> {
  acceptDefinition(definition, home, definition, await usableTypes(definition));
  return pipelineNotFound(home.account, definition.name);
}

/** Branches that are followed no longer, and those that are from now on: what stays as it was keeps what is known of its heads. */
function follow(
  pipelineId: string,
  before: PipelineDeclaration,
  after: PipelineDeclaration,
  time: number,
): readonly Write[] {
  const old = followed(before).map((branch) => JSON.stringify(branch));
  const now = followed(after);
  const same = (a: { connection: string; repository: string; action: string }, b: typeof a) =>
    a.connection === b.connection && a.repository === b.repository && a.action === b.action;
  return [
    ...followed(before)
      .filter((old) => !now.some((branch) => same(old, branch)))
      .map(({ connection, repository, action }) => removeFollower(connection, repository, { pipelineId, action })),
    ...now
      .filter((branch) => !old.includes(JSON.stringify(branch)))
      .map(({ connection, repository, ...branch }) =>
        putFollower(connection, repository, { pipelineId, pipelineName: after.name, ...branch }, time),
      ),
  ];
}

/** Sources that are polled no longer, and those that are from now on: also where polling had been switched off. */
function pollAnew(
  pipeline: { readonly id: string; readonly name: string },
  before: PipelineDeclaration,
  after: PipelineDeclaration,
  now: number,
): readonly Write[] {
  const old = polled(before);
  const next = polled(after);
  return [
    ...old
      .filter(({ action }) => !next.some((each) => each.action === action))
      .map(({ action }) => pollNoMore(pipeline.id, action)),
    ...next.map((source) => {
      const { action, bucket, key } = source;
      const isSame = old.some((each) => each.action === action && each.bucket === bucket && each.key === key);
      return poll(pipeline, source, { now, isSame });
    }),
  ];
}

function tooMuch(writes: number): Refusal {
  const most = `This update writes ${writes} records of sources and waiting runs at once, and can write ${mostWrites}.`;
  return new Refusal('LimitExceededException', `${most} Change the sources in several updates.`);
}
