import { removeFollower } from '../../aws/connection-record.ts';
import { loadDefinition } from '../../aws/definitions.ts';
import { putPipeline, readPipeline, readSummary, removeSummary } from '../../aws/pipeline-record.ts';
import { pollNoMore } from '../../aws/poll-record.ts';
import { untilUnchanged, write } from '../../aws/table.ts';
import { followed } from '../../domain/followed-branch.ts';
import { visitors } from '../../domain/pipeline.ts';
import { polled } from '../../domain/polled-source.ts';
import { closeRun } from '../../engine/close-run.ts';
import type { Operation } from '../operation.ts';

/** DeletePipeline: frees the name and ends what runs. A name that is not there is deleted already. */
export const deletePipeline: Operation<{ name: string }> = async ({ name }, given) => {
  const deleted = await untilUnchanged(async () => {
    const summary = await readSummary(name);
    const record = summary && (await readPipeline(summary.id));
    if (!summary || !record) return undefined;
    const definition = await loadDefinition(summary.id, summary.version);
    await write([
      removeSummary(summary),
      putPipeline({ ...record.pipeline, deleted: true, updated: given.now }, record.rev),
      ...followed(definition).map(({ connection, repository, action }) =>
        removeFollower(connection, repository, { pipelineId: summary.id, action }),
      ),
      ...polled(definition).map(({ action }) => pollNoMore(summary.id, action)),
    ]);
    return record.pipeline;
  });
  for (const run of deleted ? visitors(deleted) : []) {
    await closeRun(
      { pipelineId: deleted?.id ?? '', run },
      { status: 'Cancelled', summary: 'The pipeline was deleted.' },
      given,
    );
  }
  return undefined;
};
