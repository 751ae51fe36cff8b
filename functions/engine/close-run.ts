import { loadDefinition } from '../aws/definitions.ts';
import { untilUnchanged } from '../aws/table.ts';
import { close, failing } from '../domain/decide.ts';
import type { FinalRunStatus } from '../domain/run.ts';
import { isFinal } from '../domain/run.ts';
import type { Given } from '../lambda/given.ts';
import { commit, readPlace, readStep, wake } from './commit.ts';
import { recover } from './recover.ts';

/**
 * Closes a run from outside its machine: one transaction ends it, abandons its open actions, releases its stage and lets the next
 * in; or what its stage wants after a failure follows. With `execution`, only while that execution carries the run: a late event of an old one closes nothing. Closing what is
 * over does nothing.
 */
export async function closeRun(
  at: { readonly pipelineId: string; readonly run: string; readonly execution?: number },
  end: { readonly status: FinalRunStatus; readonly summary?: string },
  given: Pick<Given, 'now' | 'newId'>,
): Promise<void> {
  const change = await untilUnchanged(async () => {
    const { run: record, pipeline } = await readPlace(at.pipelineId, at.run);
    if (isFinal(record.run.status) || (at.execution !== undefined && at.execution !== record.run.execution))
      return undefined;

    const definition = await loadDefinition(at.pipelineId, record.run.version);
    const records = await readStep(record.run, definition);
    const step = records.map(({ action }) => action);
    const situation = { run: record.run, pipeline: pipeline.pipeline, definition, step };
    const ending = end.status === 'Failed' && record.run.place === 'inside' ? failing(situation) : record.run;
    const closing = close(ending, pipeline.pipeline, step, end.status, given.now, end.summary);
    const recovered = await recover(situation, closing, given);
    await commit(recovered, { run: record.rev, pipeline: pipeline.rev, step: records });
    return recovered;
  });
  if (!change) return;
  await wake({ ...change, entered: [...change.entered, change.run.id] });
}
